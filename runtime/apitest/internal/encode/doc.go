// Package encode encodes objects for clients, and decodes what clients send.
//
//   - [Negotiate] finds the form that a client accepts. Its [Encoder] writes objects, lists, tables and the events of
//     watches in that form: as JSON, YAML or protobuf.
//   - A [Codec] reads what clients send: [Codec.JSON] turns a body into JSON, [Codec.Read] reads an object from it, with the
//     fields and defaults that the resource has.
//   - [Documents] describe the server's resources: discovery and OpenAPI.
//   - [Status] and the functions beside it make the errors that clients get.
//
// The package depends on resources and objects, but not on the storage or on verbs.
package encode
