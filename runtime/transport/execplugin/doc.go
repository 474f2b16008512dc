// Package execplugin gets credentials from programs, as client.authentication.k8s.io/v1 and v1beta1 describe it (KEP-541):
// it runs the program when credentials are needed, keeps them until they expire, and has them renewed, and the request
// sent again, when the server refuses them.
//
// What a program prints is secret: errors and logs never quote it.
package execplugin
