package consistencydetector

import "sync/atomic"

// forTest is what a test decided, nil if none did.
var forTest atomic.Pointer[bool]
