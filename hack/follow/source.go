package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os/exec"
	"strings"

	"golang.org/x/mod/module"
)

// source returns the files of a module. They come from the module proxy and not from the go command, which refuses modules that need a
// newer Go than it is: those are the ones that one wants to know about early.
func source(ctx context.Context, path, version string) (fs.FS, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return nil, err
	}
	proxies, err := exec.CommandContext(ctx, "go", "env", "GOPROXY").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOPROXY: %w", err)
	}
	for _, proxy := range strings.FieldsFunc(strings.TrimSpace(string(proxies)), func(r rune) bool { return r == ',' || r == '|' }) {
		if !strings.HasPrefix(proxy, "http") {
			continue // direct, off, or a folder
		}
		archive, err := get(ctx, strings.TrimSuffix(proxy, "/")+"/"+escaped+"/@v/"+version+".zip")
		if err != nil {
			return nil, err
		}
		files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
		if err != nil {
			return nil, fmt.Errorf("%s@%s: %w", path, version, err)
		}
		return fs.Sub(files, path+"@"+version)
	}
	return nil, fmt.Errorf("GOPROXY is %q: it has to name a module proxy", strings.TrimSpace(string(proxies)))
}

func get(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(response.Body)
}
