package scan

import "hash/maphash"

const (
	// maxShared is the length of the longest string that is shared.
	maxShared = 64
	// places is how many strings are remembered.
	places = 1 << 10
)

// interned remembers short strings, so that equal ones are kept in memory once. A new one takes the place of an old one
// with the same hash. The zero value is ready to use.
type interned struct {
	seed  maphash.Seed
	known *[places]string
}

// of returns text as a string.
func (k *interned) of(text []byte) string {
	if len(text) > maxShared {
		return string(text)
	}
	if len(text) == 0 {
		return ""
	}
	if k.known == nil {
		k.seed, k.known = maphash.MakeSeed(), new([places]string)
	}
	place := &k.known[maphash.Bytes(k.seed, text)%places]
	if *place != string(text) {
		*place = string(text)
	}
	return *place
}
