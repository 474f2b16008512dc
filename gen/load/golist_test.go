package load

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

// TestListingsAgree compares the listing of the go command with that of go/packages, for packages of this module, of other
// modules and of the standard library.
func TestListingsAgree(t *testing.T) {
	u := newUniverse(Config{Dir: "../.."})
	patterns := []string{"./apis/...", "k8s.io/api/core/v1", "net", "os/user"} // some of these have cgo
	roots, imported, ok := u.goList(t.Context(), true, patterns)
	require.True(t, ok)
	assert.Contains(t, paths(imported), "k8s.io/apimachinery/pkg/apis/meta/v1")
	lean, none, ok := u.goList(t.Context(), false, patterns)
	require.True(t, ok)
	assert.Empty(t, none)
	want, err := u.loadPackages(t.Context(), patterns)
	require.NoError(t, err)
	assert.Equal(t, described(want), described(roots))
	assert.Equal(t, described(want), described(lean))

	want, err = u.loadPackages(t.Context(), paths(imported))
	require.NoError(t, err)
	assert.Equal(t, described(want), described(imported))
}

func paths(pkgs []*packages.Package) (all []string) {
	for _, p := range pkgs {
		all = append(all, p.PkgPath)
	}
	slices.Sort(all)
	return all
}

func described(pkgs []*packages.Package) (all []string) {
	for _, p := range pkgs {
		all = append(all, fmt.Sprint(p.PkgPath, " ", p.Name, " ", p.Dir, " ", slices.Sorted(slices.Values(p.GoFiles)), " ", p.Module != nil && p.Module.Main))
	}
	slices.Sort(all)
	return all
}

// TestListingsWithErrors checks that errors are left to go/packages.
func TestListingsWithErrors(t *testing.T) {
	dir := plant(t, `
-- go.mod --
module example.com/m
go 1.26
-- good/types.go --
package good
import _ "example.com/m/bad"
-- bad/types.go --
package 5
-- empty/notes.txt --
`)
	for pattern, ok := range map[string]bool{"./good": true, "./bad": false, "./none": false, "./empty": false, "example.org/none": false, "./...": false, "-x": false} {
		_, imported, got := newUniverse(Config{Dir: dir}).goList(t.Context(), true, []string{pattern})
		assert.Equal(t, ok, got, pattern)
		assert.Empty(t, imported, "an imported package with an error is left out")
	}
}

// TestDrivers uses a driver of go/packages in place of the go command, as Bazel does.
func TestDrivers(t *testing.T) {
	dir := plant(t, `
-- types.go --
package driven
type Robot struct{ Name string }
-- driver.sh --
#!/bin/sh
cat >/dev/null
echo '{"Roots": ["//robots"], "Packages": [{"ID": "//robots", "PkgPath": "example.com/driven", "Name": "driven", "GoFiles": ["'$ROBOTS'"]}]}'
`)
	driver := filepath.Join(dir, "driver.sh")
	require.NoError(t, os.Chmod(driver, 0o700))
	res := loadAll(t, Config{Dir: dir, Patterns: []string{"//robots"}, Env: []string{"GOPACKAGESDRIVER=" + driver, "ROBOTS=" + filepath.Join(dir, "types.go")}})
	assert.NotNil(t, declOf(t, pkgOf(t, res, "example.com/driven"), "Robot").Type)
}
