// Package metav1 has the decoders and encoders of what all API types are made of: object and list metadata, times, quantities.
// Generated codecs call them.
package metav1
