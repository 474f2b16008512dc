// Package compare plays random sequences of steps to two servers, and reports where they answer differently.
//
// A sequence follows from its seed. What a step is, how it is played and which differences are known is the business of the
// packages that use this one: differ plays requests over HTTP, kubectl command lines. Of a difference that is not known, Run logs the
// shortest sequence that shows it, found by taking out steps one by one.
package compare
