// Package transport makes HTTP round trippers out of what a client is told about a server and a user: TLS, proxies and
// dialling below; authentication, impersonation and user agent as wrappers above.
//
// Transports are shared: two configurations that ask for the same TLS, dialler and proxy get the same connection pool,
// for as long as somebody uses it. Credentials are no part of a pool, the client certificate aside.
//
// Files are followed as they rotate: a token within a minute, certificates and CAs within ten seconds, and all of them with
// the next request after one that was refused or failed. New requests use what is new; what runs over older connections,
// watches above all, goes on.
package transport
