// Package fakes compares the fakes with client-go's. Both get the same calls, made up at random, and must answer with the
// same objects and the same words, tell the same events, and record the same actions.
//
// What differs for reasons that docs/decisions/fakes.md states is not called.
package fakes
