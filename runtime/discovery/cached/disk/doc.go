// Package disk remembers what discovery told in files, so that one process after another, or many at once, can do
// without asking.
//
// A cache folder belongs to one server: two servers must not share one. Its layout is that of kubectl, which can use
// the same folder: servergroups.json, and serverresources.json in a folder for each group-version. Files are replaced
// whole, so that a reader sees an old one or a new one; a file that is damaged, too old or not what it should be counts
// as missing and is written anew. What cannot be written is not remembered, and is no error.
//
// With a folder for HTTP responses, answers that carry an ETag (aggregated discovery and OpenAPI documents do) are kept
// there, and the server is only asked whether they have changed.
package disk
