package transport

import "time"

// CertCallbackRefreshDuration is how often a client certificate that a function returns is asked for anew.
var CertCallbackRefreshDuration = 5 * time.Minute

// pooled holds the connection pools of the process, so that clients made one after the other for the same server share
// their connections.
var pooled pools
