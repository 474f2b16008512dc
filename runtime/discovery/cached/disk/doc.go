// Package disk caches discovery in files, so that processes, one after another or concurrently, share it.
//
//	client, err := disk.NewCachedDiscoveryClientForConfig(config, "cache/discovery", "cache/http", 6*time.Hour)
//	groups, err := client.ServerGroups()
//
// A cache folder is for one server: files from another server count as missing. Its layout is that of kubectl, which
// can use files written here: servergroups.json, and serverresources.json in a folder for each group-version. Files are
// replaced atomically, so that a reader sees an old or a new one. A file that is damaged, expired or invalid counts as
// missing and is replaced. A failure to write is not an error: the result is just not cached.
//
// In the folder for HTTP responses, the client keeps responses with an ETag, as aggregated discovery and OpenAPI
// documents have, and asks the server only whether they have changed. It honours Vary, no-store and the like, and
// stores only the headers that a later reader needs.
//
// # Users
//
// Users do not share results. They are identified by all fields of a [rest.Config] about them, including the content of
// files when the client is created, and for HTTP responses also by the credentials and impersonation in each request.
// If these do not identify a user, nothing is cached: with a Transport in the configuration, and for HTTP responses if
// a plugin adds no token. There are two limits. A credential plugin is identified by its command, arguments and
// environment in the configuration, so users that it distinguishes in other ways share groups and resources; and what a
// WrapTransport adds is considered for HTTP responses only. Give such clients separate folders. Files of kubectl do not
// identify their user, and are not read.
//
// # Files
//
// Folders are created with mode 0700 and files with 0600, whatever the umask (client-go uses 0750 and 0660). Links that
// lead out of the folder are not followed, and a file that somebody else could have written counts as missing. A
// group-version whose name is not a valid file name is not cached, and neither is a response of more than 32 MiB. A
// client writes at most 1,000 files of discovery. Of HTTP responses, the newest 2,000 and at most 256 MiB are kept.
package disk
