package peers

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// suite has the tests of one package of client-go, which are compiled into our package.
type suite struct {
	*target

	name    string // of client-go's package, such as "tools/cache"
	folder  string // of our package
	files   []*file
	rules   []rule // the rules for this package
	workDir string // folder for the files to compile
}

// maxRounds is how often the tests are compiled at most. Each round leaves out declarations that need those that the last one left out.
const maxRounds = 40

// compile leaves out declarations until the rest compiles, and returns the path of the test binary.
func (s *suite) compile(t *testing.T) string {
	t.Helper()
	for _, f := range s.files {
		for _, p := range f.parts {
			if p.receiver == "" && isNotTest(p.names) {
				p.leftOut = "is not a test"
			}
		}
	}
	overlay, binary := s.overlay(t), filepath.Join(s.workDir, "peers.test")
	for range maxRounds {
		for _, f := range s.files {
			require.NoError(t, os.WriteFile(filepath.Join(s.workDir, f.name), f.textToCompile(), 0o600))
		}
		build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-gcflags=-e",
			"-modfile="+s.modfile, "-overlay="+overlay, "-o", binary, s.path(s.name))
		build.Dir = s.module
		out, err := build.CombinedOutput()
		if err == nil {
			return binary
		}
		require.True(t, s.leaveOut(t, out), "%s: it does not compile, and nothing more can be left out:\n%s", s.name, out)
	}
	require.Fail(t, "does not compile", "%s: after %d rounds", s.name, maxRounds)
	return ""
}

func isNotTest(names []string) bool {
	return len(names) == 1 && (names[0] == "TestMain" ||
		slices.ContainsFunc([]string{"Benchmark", "Fuzz", "Example"}, func(prefix string) bool { return strings.HasPrefix(names[0], prefix) }))
}

// overlay writes an overlay file for the go command that replaces our test files with client-go's.
func (s *suite) overlay(t *testing.T) string {
	t.Helper()
	replace := map[string]string{}
	own, err := filepath.Glob(filepath.Join(s.folder, "*_test.go"))
	require.NoError(t, err)
	for _, name := range own {
		replace[name] = ""
	}
	for _, f := range s.files {
		replace[filepath.Join(s.folder, f.name)] = filepath.Join(s.workDir, f.name)
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	path := filepath.Join(s.workDir, "overlay.json")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

var compilerError = regexp.MustCompile(`(?m)^(?:vet: )?(\S+\.go):(\d+)(?::(\d+))?: (.*)$`)

// leaveOut rewrites or leaves out the parts with compile errors, and reports whether there were any.
func (s *suite) leaveOut(t *testing.T, out []byte) bool {
	t.Helper()
	type compileError struct {
		f    *file
		part string // its key, as a rewritten file has new parts
	}
	var found []compileError
	for _, match := range compilerError.FindAllSubmatch(out, -1) {
		f := s.file(filepath.Base(string(match[1])))
		if f == nil {
			continue
		}
		p := f.partAt(string(match[2]), string(match[3]))
		if p == nil {
			continue
		}
		message := string(match[4])
		if p.leftOut == "" {
			p.leftOut, p.internal = message, true
			found = append(found, compileError{f, p.key()})
		}
		p.internal = p.internal && s.isInternal(message) // a single missing exported name makes it not internal
	}
	for _, c := range found {
		p := c.f.part(c.part)
		switch {
		case !p.rewritten && c.f.rewrite(t, p, s.rules):
			for _, other := range c.f.parts {
				if other.imports { // the rewritten part may need the import
					other.leftOut = ""
				}
			}
		case *show:
			t.Logf("%s %s is left out: %s", c.f.name, strings.Join(p.names, ", "), p.leftOut)
		}
	}
	return len(found) > 0
}

func (s *suite) file(name string) *file {
	at := slices.IndexFunc(s.files, func(f *file) bool { return f.name == name })
	if at < 0 {
		return nil
	}
	return s.files[at]
}

// part returns the part with a key.
func (f *file) part(key string) *part {
	return f.parts[slices.IndexFunc(f.parts, func(p *part) bool { return p.key() == key })]
}

// partAt returns the part at a position, counted from 1. Without a column that is the beginning of the line.
func (f *file) partAt(line, column string) *part {
	row, err := strconv.Atoi(line)
	if err != nil {
		return nil
	}
	at := 0
	for ; row > 1; row-- {
		at += bytes.IndexByte(f.text[at:], '\n') + 1
	}
	if col, err := strconv.Atoi(column); err == nil {
		at += col - 1
	}
	for _, p := range f.parts {
		if at >= p.from && at < p.to {
			return p
		}
	}
	return nil
}

// unexported matches compile errors that are due to a missing unexported name, and finds the name.
var unexported = regexp.MustCompile(`undefined: ([a-z_]\w*)$|\.([a-z_]\w*) undefined \(|unknown field ([a-z_]\w*) in struct literal|` +
	`cannot refer to unexported field ([a-z_]\w*) in|missing method ([a-z_]\w*)\b|cannot use generic type ([a-z_]\w*)\[|(redeclared)`)

// isInternal reports whether a compile error is due to a missing unexported name: one of client-go, or a test helper that was left out
// for that reason.
func (s *suite) isInternal(message string) bool {
	match := unexported.FindStringSubmatch(message)
	if match == nil {
		return false
	}
	name := match[1] // the name may be that of a test helper
	for _, f := range s.files {
		for _, p := range f.parts {
			if p.leftOut != "" && slices.Contains(p.names, name) {
				return p.internal
			}
		}
	}
	return true
}

// renameConflicts renames test helpers whose names our package declares too. It leaves out methods that our types already have.
func (s *suite) renameConflicts(t *testing.T, taken map[string]bool) {
	t.Helper()
	conflicts := map[string]bool{}
	for _, f := range s.files {
		for _, p := range f.parts {
			for _, name := range p.names {
				switch {
				case p.receiver != "" && taken[p.receiver+"."+name]:
					p.leftOut = "our package declares it"
				case p.receiver == "" && taken[name] && name != "_" && !p.isTest && !p.imports && !strings.HasSuffix(f.pkg, "_test"):
					conflicts[name] = true
				}
			}
		}
	}
	for _, f := range s.files {
		if !strings.HasSuffix(f.pkg, "_test") {
			require.NoError(t, f.renameIdentifiers(conflicts))
		}
	}
}
