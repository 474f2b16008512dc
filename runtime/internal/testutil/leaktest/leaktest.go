// Package leaktest checks for goroutines that tests leave behind, where a library takes its time to end its own: spdystream
// waits for a second after an error of Close, and for thirty for a stream that is not answered.
package leaktest

import (
	"fmt"
	"os"
	"time"

	"go.uber.org/goleak"
)

// patience is longer than spdystream takes.
const patience = 40 * time.Second

// Main runs tests and exits. If they pass, it waits for their goroutines to end, and fails if some do not.
func Main(m interface{ Run() int }) {
	code := m.Run()
	if code == 0 {
		if err := Wait(); err != nil {
			fmt.Fprintf(os.Stderr, "goroutines do not end: %v\n", err)
			code = 1
		}
	}
	os.Exit(code)
}

// Wait waits until no goroutine but the caller's and the testing package's is left.
func Wait(options ...goleak.Option) error {
	deadline := time.Now().Add(patience)
	for {
		err := goleak.Find(options...)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}
