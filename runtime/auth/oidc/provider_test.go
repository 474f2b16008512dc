package oidc

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// jwt is an ID token with a payload.
func jwt(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte("{}")) + "." + encode([]byte(payload)) + "." + encode([]byte("signature"))
}

func expiresIn(d time.Duration) string {
	return jwt(fmt.Sprintf(`{"exp":%d,"jti":%d}`, time.Now().Add(d).Unix(), d))
}

// issuer answers as an issuer of tokens does.
type issuer struct {
	*httptest.Server

	configuration string // of the issuer; empty means one that is right
	status        int
	answer        string
	refreshes     atomic.Int32
	got           atomic.Value // the refresh token of the last request
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{status: http.StatusOK}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		if i.configuration == "" {
			_, _ = fmt.Fprintf(w, `{"token_endpoint":"%s/token"}`, i.URL)
			return
		}
		_, _ = fmt.Fprint(w, i.configuration)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		i.refreshes.Add(1)
		i.got.Store(r.FormValue("refresh_token"))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(i.status)
		_, _ = fmt.Fprint(w, i.answer)
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// settingsStore is a persister that keeps the settings in memory.
type settingsStore struct {
	mu       sync.Mutex
	settings []map[string]string
	err      error
}

func (k *settingsStore) Persist(settings map[string]string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.settings = append(k.settings, settings)
	return k.err
}

func providerFor(t *testing.T, i *issuer, store *settingsStore, settings map[string]string) *provider {
	t.Helper()
	all := map[string]string{issuerURL: i.URL, clientID: "me"}
	maps.Copy(all, settings)
	made, err := newProvider(t.Name(), all, store)
	require.NoError(t, err)
	t.Cleanup(i.CloseClientConnections)
	t.Cleanup(func() { made.(*provider).issuer.CloseIdleConnections() })
	return made.(*provider)
}

func TestARequestCarriesTheToken(t *testing.T) {
	i := newIssuer(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, r.Header.Get("Authorization"))
	}))
	t.Cleanup(server.Close)
	token := expiresIn(time.Hour)
	rt, err := rest.TransportFor(&rest.Config{Host: server.URL, AuthProvider: &api.AuthProviderConfig{
		Name: "oidc", Config: map[string]string{issuerURL: i.URL, clientID: "me", idToken: token},
	}})
	require.NoError(t, err)
	client := &http.Client{Transport: rt}
	t.Cleanup(client.CloseIdleConnections)
	resp, err := client.Get(server.URL)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var got [4096]byte
	n, _ := resp.Body.Read(got[:])
	assert.Equal(t, "Bearer "+token, string(got[:n]))
	assert.Zero(t, i.refreshes.Load())
}

func TestARefreshKeepsTheNewTokens(t *testing.T) {
	for name, test := range map[string]struct {
		old     string
		persist error
	}{
		"expired":         {old: expiresIn(-time.Minute)},
		"about to expire": {old: expiresIn(expiryMargin / 2)},
		"none":            {},
		"not a token":     {old: "x"},
		"not kept":        {persist: errors.New("the disk is full")},
	} {
		t.Run(name, func(t *testing.T) {
			i, store, fresh := newIssuer(t), &settingsStore{err: test.persist}, expiresIn(time.Hour)
			i.answer = fmt.Sprintf(`{"access_token":"a","token_type":"bearer","id_token":%q,"refresh_token":"second"}`, fresh)
			p := providerFor(t, i, store, map[string]string{idToken: test.old, refreshToken: "first"})

			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					token, err := p.Token()
					if assert.NoError(t, err) {
						assert.Equal(t, fresh, token.AccessToken)
					}
				})
			}
			all.Wait()
			assert.EqualValues(t, 1, i.refreshes.Load(), "one refresh for all")
			assert.Equal(t, "first", i.got.Load())
			assert.Equal(t, []map[string]string{{
				issuerURL: i.URL, clientID: "me", idToken: fresh, refreshToken: "second",
			}}, store.settings)
		})
	}
}

func TestWhatIsWrongIsSaidWithoutTheTokens(t *testing.T) {
	for name, test := range map[string]struct {
		settings      map[string]string
		configuration string
		status        int
		answer        string
		want          string
	}{
		"no tokens": {want: "no refresh-token: log in again: it is empty"},
		"expired": {
			settings: map[string]string{idToken: jwt(`{"exp":1.5e9}`)},
			want:     "no refresh-token: log in again: it expired at 2017-07-14T02:40:00Z",
		},
		"no payload":          {settings: map[string]string{idToken: "a.!.c"}, want: "is not base64"},
		"no expiry":           {settings: map[string]string{idToken: jwt(`{}`)}, want: "has no exp"},
		"expiry is no number": {settings: map[string]string{idToken: jwt(`{"exp":"s3cret"}`)}, want: "is not JSON with a number exp"},
		"refused": {
			settings: map[string]string{refreshToken: "s3cret"}, status: 400, answer: `{"error":"invalid_grant","error_description":"revoked"}`,
			want: `the issuer refused the refresh-token: "invalid_grant" ("revoked")`,
		},
		"broken issuer": {
			settings: map[string]string{refreshToken: "s3cret"}, status: 500, answer: `oops s3cret`,
			want: "the issuer answered 500 Internal Server Error",
		},
		"no id_token": {
			settings: map[string]string{refreshToken: "s3cret"}, answer: `{"access_token":"s3cret","token_type":"bearer"}`,
			want: "the issuer's answer has no id_token",
		},
		"no endpoint":        {settings: map[string]string{refreshToken: "s3cret"}, configuration: `{}`, want: "has no token_endpoint"},
		"configuration text": {settings: map[string]string{refreshToken: "s3cret"}, configuration: `<html>`, want: "is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.configuration, i.answer = test.configuration, test.answer
			if test.status != 0 {
				i.status = test.status
			}
			_, err := providerFor(t, i, &settingsStore{}, test.settings).Token()
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

// TestATokenDoesNotLeaveInClear has an https issuer name an http endpoint.
func TestATokenDoesNotLeaveInClear(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"token_endpoint":"http://127.0.0.1/token"}`)
	}))
	t.Cleanup(server.Close)
	_, err := tokenEndpoint(server.Client(), server.URL)
	assert.ErrorContains(t, err, "is not https")
}

func TestSettings(t *testing.T) {
	for name, test := range map[string]struct {
		settings map[string]string
		want     string
	}{
		"no issuer": {map[string]string{clientID: "me"}, "needs the setting idp-issuer-url"},
		"no client": {map[string]string{issuerURL: "https://x"}, "needs the setting client-id"},
		"CA data":   {map[string]string{issuerURL: "https://x", clientID: "me", caData: "!"}, "idp-certificate-authority-data of the auth provider oidc is not base64"},
		"CA file":   {map[string]string{issuerURL: "https://x", clientID: "me", caFile: "/none"}, "/none"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newProvider("", test.settings, nil)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestProvidersAreSharedByTheSameUserOnly(t *testing.T) {
	i := newIssuer(t)
	one := providerFor(t, i, &settingsStore{}, map[string]string{refreshToken: "one"})
	assert.Same(t, one, providerFor(t, i, &settingsStore{}, map[string]string{refreshToken: "one"}))
	assert.NotSame(t, one, providerFor(t, i, &settingsStore{}, map[string]string{refreshToken: "other"}))
	require.Error(t, one.Login())
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", one, one, one), "one")
}
