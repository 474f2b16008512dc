// Package codec puts generated decoders to work: a [Table] says which Go types are decoded by which, and a [Decoder] decodes
// with them, and with sigs.k8s.io/json whatever they do not know. What comes out is the same either way, errors included.
//
// Tables are values: each group's client has its own, made of what is generated for the group, and nothing is registered
// anywhere. Package scan is what the generated functions are made of.
package codec
