// Package metadata is a client for the metadata of objects of any kind, without their content: for those who look at
// names, labels, owners or finalizers only, at a fraction of the bytes.
//
// The server is asked for PartialObjectMetadata, in protobuf where it offers that. Servers which do not know of it send
// whole objects; their metadata is taken from those. What the server does not know is a dynamic.NoSuchResourceError.
//
// Package metadatainformer keeps caches of metadata, package metadatalister reads them.
package metadata
