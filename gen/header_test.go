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

// Code or a directive in a header would take effect in each emitted file.
func TestSecurityHeader(t *testing.T) {
	const notComment, forbidden = "the header is not a Go comment", "the header holds a directive"
	for text, want := range map[string]string{
		"Copyright":                              notComment,
		"package p":                              notComment,
		"// a\npackage p; func init() {}":        notComment,
		"// a\n\tpackage p":                      notComment,
		"/* a */ package p; func init() {}":      notComment,
		"/* a */ package p; func init() {} /*":   notComment,
		"/* a */ import _ \"unsafe\"":            notComment,
		"/* a":                                   notComment,
		"/* a */ */":                             notComment,
		"// a\n;":                                notComment,
		"# !/bin/sh":                             notComment,
		"\x00":                                   notComment,
		"// a\x00":                               notComment,
		"//go:generate sh -c id":                 forbidden,
		"// a\n//go:generate sh -c id":           forbidden,
		"// a\r//go:generate sh -c id\n//go:x y": forbidden,
		"//go:embed secrets":                     forbidden,
		"//go:linkname a b":                      forbidden,
		"//go:cgo_ldflag \"-x\"":                 forbidden,
		"//line a.go:1":                          forbidden,
		"/*line a.go:1*/":                        forbidden,
		"//export Run":                           forbidden,
		"//extern run":                           forbidden,
	} {
		_, err := header("h.txt", text, 2026)
		assert.ErrorContains(t, err, "h.txt:", text)
		assert.ErrorContains(t, err, want, text)
	}
}
