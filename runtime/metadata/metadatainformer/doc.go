// Package metadatainformer caches the metadata of objects: it has informers of *metav1.PartialObjectMetadata, by
// resource. Use them like those of package dynamicinformer; they need a fraction of the memory.
package metadatainformer
