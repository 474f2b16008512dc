// Package execplugin gets credentials from programs, as client.authentication.k8s.io/v1 and v1beta1 describe it (KEP-541):
// it runs the program when credentials are needed, keeps them until they expire, and has them renewed, and the request
// sent again, when the server refuses them.
//
// A program runs once for all requests that wait for it, for ten minutes at most: people log in meanwhile. A request that
// gives up earlier, because its own time is over, ends nothing: the program runs on, and what it prints is kept. When the
// last client that uses it is gone, or the ten minutes are over, it is killed. On Unix the processes that it has started are
// killed with it, unless they have left its process group, or this process has a terminal: there the program stays in the
// group of this process, so that it may ask for a password and Ctrl-C ends it.
//
// Which programs may run, a configuration's policy says. It is asked when a client is made and each time that a program is
// about to run. Entries of an allowlist name files: both the entry and the command are looked up in PATH where they have no
// separator, and must be the same path then. What the program is given, arguments and environment, the policy does not
// judge.
//
// What a program prints is secret: errors and logs never quote it.
package execplugin
