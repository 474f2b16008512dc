// Package fakes compares our fakes with client-go's. Both get the same random calls, and must return the same objects and
// errors, send the same events, and record the same actions. The tests leave out calls for which docs/decisions/fakes.md lists an
// intended difference.
package fakes
