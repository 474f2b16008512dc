package features

import "k8s.io/apimachinery/pkg/util/version"

// These are the features of client-go 0.37.
const (
	// AtomicFIFO has no effect: it is about the queue of an informer, and here an informer stores what the reflector reads.
	AtomicFIFO Feature = "AtomicFIFO"
	// ClientsAllowCARotation has no effect: files of certificate authorities are always read again when they change.
	ClientsAllowCARotation Feature = "ClientsAllowCARotation"
	// ClientsAllowCBOR has no effect: a client whose configuration names CBOR uses it.
	ClientsAllowCBOR Feature = "ClientsAllowCBOR"
	// ClientsAllowTLSCacheGC has no effect: transports that nobody uses are always released.
	ClientsAllowTLSCacheGC Feature = "ClientsAllowTLSCacheGC"
	// ClientsPreferCBOR has no effect: a client whose configuration does not name CBOR does not use it.
	ClientsPreferCBOR Feature = "ClientsPreferCBOR"
	// InOrderInformers has no effect, as AtomicFIFO. It is locked: informers tell events in the order of the watch.
	InOrderInformers Feature = "InOrderInformers"
	// InOrderInformersBatchProcess has no effect, as AtomicFIFO.
	InOrderInformersBatchProcess Feature = "InOrderInformersBatchProcess"
	// InformerResourceVersion has no effect: informers always tell the last resource version.
	InformerResourceVersion Feature = "InformerResourceVersion"
	// UnlockWhileProcessingFIFO has no effect, as AtomicFIFO.
	UnlockWhileProcessingFIFO Feature = "UnlockWhileProcessingFIFO"
	// WatchListClient lets informers and reflectors read lists as a stream (KEP-3157), if server and client can. Off, they list.
	// It is asked when an informer or reflector is made.
	WatchListClient Feature = "WatchListClient"
)

// known returns all features, each with what held from which version of Kubernetes.
func known() map[Feature]VersionedSpecs {
	since := func(minor uint, spec FeatureSpec) FeatureSpec {
		spec.Version = version.MajorMinor(1, minor)
		return spec
	}
	beta := FeatureSpec{Default: true, PreRelease: Beta}
	alpha := FeatureSpec{PreRelease: Alpha}
	return map[Feature]VersionedSpecs{
		AtomicFIFO:             {since(36, beta)},
		ClientsAllowCARotation: {since(36, beta)},
		ClientsAllowCBOR:       {since(32, alpha)},
		ClientsAllowTLSCacheGC: {since(36, beta)},
		ClientsPreferCBOR:      {since(32, alpha)},
		InOrderInformers: {
			since(33, beta),
			since(36, FeatureSpec{Default: true, LockToDefault: true, PreRelease: GA}),
		},
		InOrderInformersBatchProcess: {since(35, beta)},
		InformerResourceVersion:      {since(30, alpha), since(35, FeatureSpec{Default: true, PreRelease: GA})},
		UnlockWhileProcessingFIFO:    {since(36, beta)},
		WatchListClient:              {since(30, FeatureSpec{PreRelease: Beta}), since(35, beta)},
	}
}

// latest returns features with what holds now, without versions.
func latest(features map[Feature]VersionedSpecs) map[Feature]FeatureSpec {
	specs := map[Feature]FeatureSpec{}
	for feature, versions := range features {
		if len(versions) > 0 {
			spec := versions[len(versions)-1]
			spec.Version = nil
			specs[feature] = spec
		}
	}
	return specs
}
