// Package auth tests who a client is to a real API server: by token, token file, certificate, exec plugin and
// impersonation, with credentials that change while the client runs, and what comes of it when the server says no.
package auth
