package portforward

import (
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/klog/v2"
	streamhttp "k8s.io/streaming/pkg/httpstream"
)

// FallbackDialer dials with a second dialer if the first fails in a certain way.
type FallbackDialer struct {
	primary, secondary httpstream.Dialer
	shouldFallback     func(error) bool
}

var _ httpstream.Dialer = (*FallbackDialer)(nil)

// NewFallbackDialer returns a dialer that uses primary, and secondary after errors of primary for which shouldFallback is true.
func NewFallbackDialer(primary, secondary httpstream.Dialer, shouldFallback func(error) bool) httpstream.Dialer {
	return &FallbackDialer{primary: primary, secondary: secondary, shouldFallback: shouldFallback}
}

// Dial returns a connection and the protocol of the given ones that the server has chosen.
func (f *FallbackDialer) Dial(protocols ...string) (httpstream.Connection, string, error) {
	return dialEither(f.primary.Dial, f.secondary.Dial, f.shouldFallback, protocols)
}

// StreamingFallbackDialer is a FallbackDialer with the types of k8s.io/streaming.
type StreamingFallbackDialer struct {
	primary, secondary streamhttp.Dialer
	shouldFallback     func(error) bool
}

var _ streamhttp.Dialer = (*StreamingFallbackDialer)(nil)

// NewFallbackDialerForStreaming is NewFallbackDialer for callers that use the types of k8s.io/streaming.
func NewFallbackDialerForStreaming(primary, secondary streamhttp.Dialer, shouldFallback func(error) bool) streamhttp.Dialer {
	return &StreamingFallbackDialer{primary: primary, secondary: secondary, shouldFallback: shouldFallback}
}

// Dial returns a connection and the protocol of the given ones that the server has chosen.
func (f *StreamingFallbackDialer) Dial(protocols ...string) (streamhttp.Connection, string, error) {
	return dialEither(f.primary.Dial, f.secondary.Dial, f.shouldFallback, protocols)
}

func dialEither[C any](
	primary, secondary func(...string) (C, string, error), shouldFallback func(error) bool, protocols []string,
) (C, string, error) {
	conn, protocol, err := primary(protocols...)
	if err != nil && shouldFallback(err) {
		klog.Background().V(4).Info("fallback to secondary dialer", "err", err)
		return secondary(protocols...)
	}
	return conn, protocol, err
}
