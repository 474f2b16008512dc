package oidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport"
)

// The settings of the provider, as kubeconfig files name them. The setting "extra-scopes" has no effect.
const (
	issuerURL    = "idp-issuer-url"
	clientID     = "client-id"
	clientSecret = "client-secret"
	caFile       = "idp-certificate-authority"
	caData       = "idp-certificate-authority-data"
	idToken      = "id-token"
	refreshToken = "refresh-token"
)

// timeout bounds each request to the issuer: it holds up the requests to the API server.
const timeout = 30 * time.Second

// provider holds the tokens of a user.
type provider struct {
	redact.Opaque

	issuer    *http.Client
	persister rest.AuthProviderConfigPersister

	mu       sync.Mutex
	settings map[string]string
}

// newProvider returns the provider for the settings: an existing one if there is one. Settings of two users differ in their
// tokens.
func newProvider(clusterAddress string, settings map[string]string, persister rest.AuthProviderConfigPersister) (rest.AuthProvider, error) {
	for _, name := range []string{issuerURL, clientID} {
		if settings[name] == "" {
			return nil, fmt.Errorf("the auth provider oidc needs the setting %s", name)
		}
	}
	key, err := json.Marshal([]any{clusterAddress, settings})
	if err != nil {
		return nil, fmt.Errorf("the settings of the auth provider oidc: %w", err)
	}
	if known, ok := providers.Load(string(key)); ok {
		return known.(*provider), nil
	}
	tls := rest.TLSClientConfig{CAFile: settings[caFile]}
	if tls.CAData, err = base64.StdEncoding.DecodeString(settings[caData]); err != nil {
		return nil, fmt.Errorf("the setting %s of the auth provider oidc is not base64: %w", caData, err)
	}
	rt, err := rest.TransportFor(&rest.Config{TLSClientConfig: tls})
	if err != nil {
		return nil, fmt.Errorf("the auth provider oidc: %w", err)
	}
	made, _ := providers.LoadOrStore(string(key), &provider{
		issuer:    &http.Client{Transport: rt, Timeout: timeout},
		persister: persister,
		settings:  maps.Clone(settings),
	})
	return made.(*provider), nil
}

// WrapTransport returns a round tripper that adds the ID token to requests without an Authorization header.
func (p *provider) WrapTransport(rt http.RoundTripper) http.RoundTripper {
	return transport.TokenSourceWrapTransport[*oauth2.Token](p)(rt)
}

// Login returns an error: logging in takes a browser.
func (*provider) Login() error {
	return errors.New("the auth provider oidc does not log in: put an id-token and a refresh-token into the kubeconfig")
}

// Token returns the ID token, a new one if the old one has expired or is about to.
func (p *provider) Token() (*oauth2.Token, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	expiry, err := expiryOf(p.settings[idToken])
	if err == nil && time.Until(expiry) > expiryMargin {
		return &oauth2.Token{AccessToken: p.settings[idToken], Expiry: expiry}, nil
	}
	if p.settings[refreshToken] == "" {
		if err == nil {
			err = fmt.Errorf("it expired at %s", expiry.UTC().Format(time.RFC3339))
		}
		return nil, fmt.Errorf("the id-token of the auth provider oidc cannot be used, and there is no refresh-token: log in again: %w", err)
	}
	if err := p.refresh(); err != nil {
		return nil, fmt.Errorf("a new token for the auth provider oidc: %w", err)
	}
	expiry, _ = expiryOf(p.settings[idToken])
	return &oauth2.Token{AccessToken: p.settings[idToken], Expiry: expiry}, nil
}

// refresh exchanges the refresh token for a new ID token. The caller holds the lock.
func (p *provider) refresh() error {
	endpoint, err := tokenEndpoint(p.issuer, p.settings[issuerURL])
	if err != nil {
		return err
	}
	config := oauth2.Config{
		ClientID:     p.settings[clientID],
		ClientSecret: p.settings[clientSecret],
		Endpoint:     oauth2.Endpoint{TokenURL: endpoint},
	}
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, p.issuer)
	answer, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: p.settings[refreshToken]}).Token()
	if err != nil {
		return withoutBody(err)
	}
	fresh, _ := answer.Extra("id_token").(string)
	if fresh == "" {
		return errors.New("the issuer's answer has no id_token: log in again with the scope openid; some issuers never send one here")
	}
	settings := maps.Clone(p.settings)
	settings[idToken] = fresh
	if answer.RefreshToken != "" {
		settings[refreshToken] = answer.RefreshToken
	}
	p.settings = settings
	// The issuer may accept the old refresh token no more, so the new one is used even if it cannot be kept.
	if err := p.persister.Persist(maps.Clone(settings)); err != nil {
		klog.Background().Error(err, "The new tokens of the auth provider oidc are not in the kubeconfig: other programs may have to log in again")
	}
	return nil
}

// withoutBody names what an issuer refused, without its answer, which might hold tokens.
func withoutBody(err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return redact.Error(err)
	}
	if refused.ErrorCode == "" {
		return fmt.Errorf("the issuer answered %s", refused.Response.Status)
	}
	return fmt.Errorf("the issuer refused the refresh-token: %.256q (%.256q)", refused.ErrorCode, refused.ErrorDescription)
}
