package source

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestShrink shrinks a project to a field of one form, its type and its package.
func TestShrink(t *testing.T) {
	const form = "Strings"
	fails := func(p *Project) bool { return slices.Contains(p.Forms(), form) }
	seed := uint64(1)
	for !fails(Make(seed, Options{})) {
		seed++
	}
	p := Make(seed, Options{})
	before := p.Files()
	small := Shrink(p, 10_000, fails)
	assert.Equal(t, before, p.Files(), "Shrink must not change its argument")
	require.Len(t, small.Packages, 1)
	require.Len(t, small.Packages[0].Types, 1)
	fields := small.Packages[0].Types[0].Fields
	assert.Equal(t, 1, countForm(fields, form))
	assert.Len(t, small.Parts(), 3, "a package, a type and a field are left")
	assert.Equal(t, small.Files(), Shrink(Make(seed, Options{}), 10_000, fails).Files(), "the same project leads to the same result")
	assert.Equal(t, before, Shrink(p, 0, fails).Files(), "without trials nothing changes")
}

func countForm(fields []Field, form string) int {
	n := 0
	for _, f := range fields {
		if f.Form == form {
			n++
		}
	}
	return n
}
