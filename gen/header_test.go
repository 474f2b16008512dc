package gen

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHeader(t *testing.T) {
	for text, want := range map[string]string{
		"":      "",
		" \n\n": "",
		"// Copyright YEAR the authors.\r\n//\r\n// SPDX\n": "// Copyright 2026 the authors.\n//\n// SPDX\n",
		"/*\nCopyright: https://example.com\n*/":            "/*\nCopyright: https://example.com\n*/\n",
		"//go:build !skip\n\n// Copyright.":                 "//go:build !skip\n\n// Copyright.\n",
		"// +build linux":                                   "// +build linux\n",
		"//Copyright":                                       "//Copyright\n",
		"//https://a.example/":                              "//https://a.example/\n",
		"//nolint:all":                                      "//nolint:all\n",
	} {
		got, err := header("h.txt", text, 2026)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

// A header is a comment: whatever else it holds would be code of each emitted file, or an order to Go's tools.
func TestSecurityHeader(t *testing.T) {
	const noComment, order = "the header is no Go comment", "the header holds a directive"
	for text, want := range map[string]string{
		"Copyright":                              noComment,
		"package p":                              noComment,
		"// a\npackage p; func init() {}":        noComment,
		"// a\n\tpackage p":                      noComment,
		"/* a */ package p; func init() {}":      noComment,
		"/* a */ package p; func init() {} /*":   noComment,
		"/* a */ import _ \"unsafe\"":            noComment,
		"/* a":                                   noComment,
		"/* a */ */":                             noComment,
		"// a\n;":                                noComment,
		"# !/bin/sh":                             noComment,
		"\x00":                                   noComment,
		"// a\x00":                               noComment,
		"//go:generate sh -c id":                 order,
		"// a\n//go:generate sh -c id":           order,
		"// a\r//go:generate sh -c id\n//go:x y": order,
		"//go:embed secrets":                     order,
		"//go:linkname a b":                      order,
		"//go:cgo_ldflag \"-x\"":                 order,
		"//line a.go:1":                          order,
		"/*line a.go:1*/":                        order,
		"//export Run":                           order,
		"//extern run":                           order,
	} {
		_, err := header("h.txt", text, 2026)
		assert.ErrorContains(t, err, "h.txt:", text)
		assert.ErrorContains(t, err, want, text)
	}
}
