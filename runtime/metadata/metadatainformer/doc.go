// Package metadatainformer keeps caches of the metadata of objects: informers of *metav1.PartialObjectMetadata, by
// resource. They are used as those of package dynamicinformer are, at a fraction of the memory.
package metadatainformer
