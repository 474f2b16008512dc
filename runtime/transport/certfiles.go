package transport

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// certificateFiles loads a client certificate and its key from two files, and again when the modification time of one of
// them has changed. It is safe for concurrent use.
type certificateFiles struct {
	cert, key string

	mu      sync.Mutex
	changed [2]time.Time
	loaded  *tls.Certificate
}

// get returns the certificate that the files contain now. If they cannot be loaded, for example in the middle of a rotation,
// it returns the last one that was; it fails only if none was.
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
