// Package credfile reads credential files that a configuration names: certificates, keys and tokens. It limits their
// size, because somebody else may have written the configuration.
package credfile

import (
	"fmt"
	"io"
	"os"
)

// Limit is the maximum size of a file, in bytes. Bundles of all public authorities have a quarter of a megabyte.
const Limit = 16 << 20

// Read is os.ReadFile with a limit: an endless file, such as /dev/zero, is an error that names it. Read waits for the
// end of a pipe.
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
