package transport

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// certificateFiles is a client certificate in two files, which are read again when one of them has changed.
type certificateFiles struct {
	cert, key string

	mu      sync.Mutex
	changed [2]time.Time
	loaded  *tls.Certificate
}

// get returns the certificate as the files hold it now. While they cannot be read, in the middle of a rotation for
// example, it returns the last one that could.
func (f *certificateFiles) get() (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	changed, err := f.modTimes()
	if err == nil && f.loaded != nil && changed == f.changed {
		return f.loaded, nil
	}
	if err == nil {
		var cert tls.Certificate
		if cert, err = tls.LoadX509KeyPair(f.cert, f.key); err == nil {
			f.loaded, f.changed = &cert, changed
			return f.loaded, nil
		}
	}
	if f.loaded != nil {
		return f.loaded, nil
	}
	return nil, fmt.Errorf("load the client certificate from %s and %s: %w", f.cert, f.key, err)
}

func (f *certificateFiles) modTimes() (times [2]time.Time, err error) {
	for i, name := range []string{f.cert, f.key} {
		info, err := os.Stat(name)
		if err != nil {
			return times, err
		}
		times[i] = info.ModTime()
	}
	return times, nil
}
