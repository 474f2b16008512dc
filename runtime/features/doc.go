// Package features has the feature gates of client-go 0.37. The names are those of client-go's features.
//
// The environment turns a feature on or off: KUBE_FEATURE_WatchListClient=false, for example. A value that is no boolean is logged
// and has no effect, and so is another value of a locked feature. A program that has gates of its own adds these features to them
// by AddFeaturesToExistingFeatureGates and then calls ReplaceFeatureGates, before it makes clients.
//
// WatchListClient is what this module acts on. The other features concern how client-go is made inside; they can be set, and have no
// effect. docs/decisions/caches.md says why, one by one.
package features
