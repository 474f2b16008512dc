package rest

import (
	"errors"
	"net/http"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/flowcontrol"
)

// RESTClientFor returns a client for the group and version of config. It fails where config has no GroupVersion or no
// NegotiatedSerializer, where its Host is neither a URL nor host:port, and where [TransportFor] fails. Nothing is sent.
func RESTClientFor(config *Config) (*RESTClient, error) {
	httpClient, err := HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return RESTClientForConfigAndClient(config, httpClient)
}

// RESTClientForConfigAndClient is RESTClientFor on an HTTP client of the caller's, whose transport and timeout win over
// those of config.
func RESTClientForConfigAndClient(config *Config, httpClient *http.Client) (*RESTClient, error) {
	if config.GroupVersion == nil {
		return nil, errors.New("GroupVersion is required when initializing a RESTClient")
	}
	return clientFor(config, *config.GroupVersion, httpClient)
}

// UnversionedRESTClientFor returns a client for paths that belong to no version, such as those of discovery. It fails as
// RESTClientFor does, but needs no GroupVersion.
func UnversionedRESTClientFor(config *Config) (*RESTClient, error) {
	httpClient, err := HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return UnversionedRESTClientForConfigAndClient(config, httpClient)
}

// UnversionedRESTClientForConfigAndClient is UnversionedRESTClientFor on an HTTP client of the caller's.
func UnversionedRESTClientForConfigAndClient(config *Config, httpClient *http.Client) (*RESTClient, error) {
	gv := schema.GroupVersion{Version: "v1"}
	if config.GroupVersion != nil {
		gv = *config.GroupVersion
	}
	return clientFor(config, gv, httpClient)
}

func clientFor(config *Config, gv schema.GroupVersion, httpClient *http.Client) (*RESTClient, error) {
	if config.NegotiatedSerializer == nil {
		return nil, errors.New("NegotiatedSerializer is required when initializing a RESTClient")
	}
	base, apiPath, err := DefaultServerUrlFor(config)
	if err != nil {
		return nil, err
	}
	client, err := NewRESTClient(base, apiPath, ClientContentConfig{
		AcceptContentTypes: config.AcceptContentTypes,
		ContentType:        config.ContentType,
		GroupVersion:       gv,
		Negotiator:         runtime.NewClientNegotiator(config.NegotiatedSerializer, gv),
	}, rateLimiterFor(config), httpClient)
	if err != nil {
		return nil, err
	}
	client.maxResponse = config.MaxResponseBytes
	client.decoders.json, _ = config.NegotiatedSerializer.(JSONDecoder)
	client.warnings = warningHandlerOf(config.WarningHandler, config.WarningHandlerWithContext)
	return client, nil
}

// rateLimiterFor returns nil for a client without limit.
func rateLimiterFor(config *Config) flowcontrol.RateLimiter {
	if config.RateLimiter != nil {
		return config.RateLimiter
	}
	qps, burst := config.QPS, config.Burst
	if qps == 0 {
		qps = DefaultQPS
	}
	if burst == 0 {
		burst = DefaultBurst
	}
	if qps < 0 {
		return nil
	}
	return flowcontrol.NewTokenBucketRateLimiter(qps, burst)
}

// CodecFactoryForGeneratedClient returns the codecs with which a generated client of scheme speaks: those given.
func CodecFactoryForGeneratedClient(_ *runtime.Scheme, codecs serializer.CodecFactory) serializer.CodecFactory {
	return codecs
}
