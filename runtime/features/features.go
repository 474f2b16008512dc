package features

import (
	"k8s.io/apimachinery/pkg/util/version"
)

// prerelease is how mature a feature is.
type prerelease string

// These are the values of FeatureSpec.PreRelease.
const (
	Alpha      = prerelease("ALPHA")
	Beta       = prerelease("BETA")
	GA         = prerelease("")
	Deprecated = prerelease("DEPRECATED")
)

// Feature is the name of a feature.
type Feature string

// FeatureSpec is what holds for a feature.
type FeatureSpec struct {
	// Default is whether the feature is on if nobody says otherwise.
	Default bool
	// LockToDefault means that nobody can say otherwise.
	LockToDefault bool
	// PreRelease is how mature the feature is.
	PreRelease prerelease
	// Version is the first one that this holds for.
	Version *version.Version
}

// VersionedSpecs is what holds for a feature from which version on, the earliest first.
type VersionedSpecs []FeatureSpec

// Gates tell whether features are on.
type Gates interface {
	// Enabled reports whether a feature is on. It may panic if there is no such feature.
	Enabled(key Feature) bool
}

// Registry takes up features.
type Registry interface {
	// Add adds features.
	Add(map[Feature]FeatureSpec) error
}

// VersionedRegistry takes up features with their history.
type VersionedRegistry interface {
	// AddVersioned adds features.
	AddVersioned(in map[Feature]VersionedSpecs) error
}

// AddFeaturesToExistingFeatureGates adds the features of this package to gates of a program.
func AddFeaturesToExistingFeatureGates(registry Registry) error { return registry.Add(latest(known())) }

// AddVersionedFeaturesToExistingFeatureGates adds the features of this package, with their history, to gates of a program.
func AddVersionedFeaturesToExistingFeatureGates(registry VersionedRegistry) error {
	return registry.AddVersioned(known())
}
