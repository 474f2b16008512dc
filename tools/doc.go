// Package tools pins the programs with which the project is checked. It is a module of its own, so that their
// dependencies never reach a user: run one with "go tool -modfile=tools/go.mod NAME".
package tools
