// Package execplugin gets credentials from programs, with the protocol client.authentication.k8s.io/v1 or v1beta1 (KEP-541).
// It runs the program when credentials are needed and keeps them until they expire. When the server refuses them with 401, it
// runs the program again and repeats the request.
//
// One run serves all requests that wait for it. It may take ten minutes, in which people log in. A request whose context ends
// stops waiting, but the program continues and its output is kept. The program is killed after ten minutes, and when the last
// client that uses it is gone. On Unix its children are killed too, unless they have left its process group, or this process
// has a controlling terminal. Then the program stays in the group of this process, so that it can ask for a password and
// Ctrl-C ends it.
//
// The policy of a configuration says which programs may run. It is checked when a client is made, and before each run. Entries
// of an allowlist name files: an entry and the command, both looked up in PATH if they have no separator, must be the same
// path. The policy does not check arguments and environment.
//
// The output of a program is secret: errors and logs never quote it.
package execplugin
