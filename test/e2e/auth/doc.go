// Package auth tests authentication with a real API server: token, token file, certificate, exec plugin and impersonation,
// credentials that change while the client runs, and requests that the server refuses.
package auth
