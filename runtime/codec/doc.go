// Package codec uses generated decoders and encoders of JSON. A [Table] maps Go types to decoders, and a [Decoder] decodes with them,
// and with sigs.k8s.io/json for other types. An [EncoderTable] maps Go types to encoders, and an [Encoder] encodes with them.
// Results and errors are the same as without them.
//
//	client, err := versioned.NewForConfig(config)                     // a generated client decodes with its tables
//	err = codec.AddToScheme(scheme, fleetcodec.Table())                // so does a framework's client with this scheme
//	err = codec.NewDecoder(fleetcodec.Table()).Decode(data, &robot)
//
// Tables are values: the client of each group has its own, and there is no registry. Clients of frameworks, which bring a
// scheme instead, find the tables that [AddToScheme] adds to it. Generated functions use the packages scan and encode.
package codec
