// Package codec uses generated decoders: a [Table] maps Go types to them, and a [Decoder] decodes with them, and with
// sigs.k8s.io/json for other types. Results and errors are the same in both cases.
//
// Tables are values: the client of each group has its own, and there is no registry. Clients of frameworks, which bring a
// scheme instead, find the tables that [AddToScheme] adds to it. Generated functions use package scan.
package codec
