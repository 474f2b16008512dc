package oidc

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/typewright/typewright/runtime/internal/redact"
)

const (
	// expiryMargin is how long before it expires a token is replaced: clocks differ.
	expiryMargin = 10 * time.Second
	// maxMetadata bounds the issuer's description of itself, in bytes.
	maxMetadata = 1 << 20
)

// tokenEndpoint asks the issuer for the URL at which it exchanges tokens (OpenID Connect Discovery 1.0, section 4).
func tokenEndpoint(client *http.Client, issuer string) (string, error) {
	resp, err := client.Get(strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration") //nolint:noctx // the client has a timeout
	if err != nil {
		return "", fmt.Errorf("the issuer's configuration: %w", redact.Error(err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the issuer's configuration: the issuer answered %s", resp.Status)
	}
	var metadata struct {
		TokenEndpoint string `json:"token_endpoint"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxMetadata)).Decode(&metadata); err != nil {
		return "", fmt.Errorf("the issuer's configuration is not JSON: %w", err)
	}
	endpoint, err := redact.ParseURL(metadata.TokenEndpoint)
	if err != nil {
		return "", fmt.Errorf("the token_endpoint in the issuer's configuration: %w", err)
	}
	if endpoint.Host == "" {
		return "", errors.New("the issuer's configuration has no token_endpoint")
	}
	// Section 16.17: a token must not leave by a connection that anyone can read.
	if from, err := url.Parse(issuer); err == nil && from.Scheme == "https" && endpoint.Scheme != "https" {
		return "", fmt.Errorf("the token_endpoint in the issuer's configuration is not https: %s", redact.URL(endpoint))
	}
	return metadata.TokenEndpoint, nil
}

// expiryOf reads when an ID token expires (RFC 7519, section 4.1.4). The API server checks the signature.
func expiryOf(token string) (time.Time, error) {
	if token == "" {
		return time.Time{}, errors.New("it is empty")
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}, errors.New("it is not a JSON Web Token")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}, errors.New("the payload of the JSON Web Token is not base64")
	}
	var claims struct {
		Expiry json.Number `json:"exp"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return time.Time{}, errors.New("the payload of the JSON Web Token is not JSON with a number exp")
	}
	seconds, err := claims.Expiry.Float64()
	if err != nil {
		return time.Time{}, errors.New("the JSON Web Token has no exp")
	}
	return time.Unix(int64(seconds), 0), nil
}
