// Package metav1 has the decoders of what all API types are made of: object and list metadata, times, quantities. Generated
// decoders call them.
package metav1
