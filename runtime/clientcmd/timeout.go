package clientcmd

import (
	"errors"
	"strconv"
	"time"
)

// ParseTimeout reads a timeout: whole seconds, or numbers with units, such as 90s or 1h30m. Zero means no timeout.
func ParseTimeout(duration string) (time.Duration, error) {
	if seconds, err := strconv.ParseInt(duration, 10, 64); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, nil
	}
	if timeout, err := time.ParseDuration(duration); err == nil {
		return timeout, nil
	}
	return 0, errors.New("invalid timeout value: want an integer in seconds, or one with a unit (e.g. 1s | 2m | 3h)")
}
