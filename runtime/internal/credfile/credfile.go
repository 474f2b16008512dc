// Package credfile reads the files of credentials that a configuration names: certificates, keys and tokens. Somebody else
// may have written the configuration, so what a file may cost is bounded.
package credfile

import (
	"fmt"
	"io"
	"os"
)

// Limit is the largest file that is read, in bytes. Bundles of all public authorities have a quarter of a megabyte.
const Limit = 16 << 20

// Read is os.ReadFile with a bound: a file without end, such as /dev/zero, is an error that names it. A pipe is read to its
// end, and waited for.
func Read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(file, Limit+1))
	if err != nil {
		return nil, err
	}
	if len(data) > Limit {
		return nil, fmt.Errorf("read %s: it is larger than %d MiB, which no certificate, key or token is: name another file", path, Limit>>20)
	}
	return data, nil
}
