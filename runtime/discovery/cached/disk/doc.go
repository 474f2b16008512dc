// Package disk remembers what discovery told in files, so that one process after another, or many at once, can do
// without asking.
//
// A cache folder is for one server: what it was told by another counts as missing. Its layout is that of kubectl, which
// can use what is written here: servergroups.json, and serverresources.json in a folder for each group-version. Files are
// replaced whole, so that a reader sees an old one or a new one; a file that is damaged, too old or not what it should be
// counts as missing and is written anew. What cannot be written is not remembered, and is no error.
//
// With a folder for HTTP responses, answers that carry an ETag (aggregated discovery and OpenAPI documents do) are kept
// there, and the server is only asked whether they have changed. Vary, no-store and the like are honoured; of the headers
// only those are kept that a later reader needs.
//
// # Who is told what
//
// What one user was told is told to no other. Users are told apart by all that a [rest.Config] says about them (the content
// of files included, as it is when the client is made), and for HTTP responses by the credentials and impersonation in each
// request as well. Where that says nothing, nothing is kept: behind a Transport of the program's own, and for HTTP
// responses where a plugin shows no token. Two limits: a credential plugin is known by its command, arguments and
// environment in the configuration, so groups and resources are shared by those whom it tells apart in other ways; and
// what a WrapTransport adds counts for HTTP responses alone. Give such clients a folder each. Files of kubectl do not say
// for whom they were made, and are not read.
//
// # What is on the disk
//
// Folders are made with mode 0700 and files with 0600, whatever the umask (client-go has 0750 and 0660). Links are not
// followed out of the folder, and a file that somebody else could have written counts as missing. A group-version whose
// name is no file name is not remembered. An answer of more than 32 MiB is not kept; a client writes at most 1,000 files of
// discovery; of HTTP responses the newest 2,000, and 256 MiB, stay.
package disk
