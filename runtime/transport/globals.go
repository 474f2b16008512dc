package transport

import "time"

// CertCallbackRefreshDuration is how often certificate callbacks are called to find a new client certificate. Change it only
// before clients are made.
var CertCallbackRefreshDuration = 5 * time.Minute

// pooled contains the connection pools of the process, so that all clients of a server share connections.
var pooled pools
