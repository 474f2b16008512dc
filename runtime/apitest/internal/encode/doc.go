// Package encode turns objects into what goes over the wire, and back.
//
//   - [Negotiate] finds the form that a client accepts. Its [Encoder] writes objects, lists, tables and the events of
//     watches in that form: as JSON, YAML or protobuf.
//   - A [Codec] reads what clients send: [Codec.JSON] turns a body into JSON, [Codec.Read] reads an object from it, with the
//     fields and defaults that the resource has.
//   - [Documents] are what the server says about its resources: discovery and OpenAPI.
//   - [Status] and its neighbours are the errors that a client reads.
//
// The package knows resources and objects. It knows nothing of storage, and nothing of what verbs do.
package encode
