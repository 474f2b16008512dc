// Package transport makes HTTP round trippers from the configuration of a server and a user. TLS, proxies and dialling are
// settings of a connection pool; authentication, impersonation and user agent are wrappers around it. The round trippers are
// safe for concurrent use.
//
//	roundTripper, err := transport.New(&transport.Config{TLS: transport.TLSConfig{CAFile: "ca.crt"}, BearerTokenFile: "token"})
//	client := &http.Client{Transport: roundTripper}
//
// Connection pools are shared: two configurations with the same TLS settings, dialler, proxy and compression use the same
// pool, which exists as long as one of its round trippers. Apart from the client certificate, credentials are not part of a
// pool.
//
// Files are read again when they rotate: a token every minute and after a response with 401; certificates and CAs every ten
// seconds, and every second after failed requests and responses with 401. The next request reads them, so nothing runs in the
// background. New requests use the new content, and running requests such as watches continue over the old connections.
package transport
