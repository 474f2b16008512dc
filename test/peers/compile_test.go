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

// suite is the tests of one package of client-go, to be compiled into ours.
type suite struct {
	*place

	name   string // of client-go's package: "tools/cache"
	folder string // of ours
	files  []*file
	rules  []rule // those for this package
	work   string // where what is compiled is written
}

// mostRounds is how often the compiler is asked. Each round leaves out what needs what the last one left out.
const mostRounds = 40

// compile leaves out what does not compile until the rest does, and returns the test binary.
func (s *suite) compile(t *testing.T) string {
	t.Helper()
	for _, f := range s.files {
		for _, p := range f.parts {
			if p.receiver == "" && isNoTest(p.names) {
				p.left = "is no test"
			}
		}
	}
	overlay, binary := s.overlay(t), filepath.Join(s.work, "peers.test")
	for range mostRounds {
		for _, f := range s.files {
			require.NoError(t, os.WriteFile(filepath.Join(s.work, f.name), f.compiled(), 0o600))
		}
		build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-gcflags=-e",
			"-modfile="+s.modfile, "-overlay="+overlay, "-o", binary, s.path(s.name))
		build.Dir = s.module
		out, err := build.CombinedOutput()
		if err == nil {
			return binary
		}
		require.True(t, s.leaveOut(t, out), "%s: nothing is left out, and it does not compile:\n%s", s.name, out)
	}
	require.Fail(t, "does not compile", "%s: not after %d rounds", s.name, mostRounds)
	return ""
}

func isNoTest(names []string) bool {
	return len(names) == 1 && (names[0] == "TestMain" ||
		slices.ContainsFunc([]string{"Benchmark", "Fuzz", "Example"}, func(prefix string) bool { return strings.HasPrefix(names[0], prefix) }))
}

// overlay puts their test files in the place of ours.
func (s *suite) overlay(t *testing.T) string {
	t.Helper()
	replace := map[string]string{}
	own, err := filepath.Glob(filepath.Join(s.folder, "*_test.go"))
	require.NoError(t, err)
	for _, name := range own {
		replace[name] = ""
	}
	for _, f := range s.files {
		replace[filepath.Join(s.folder, f.name)] = filepath.Join(s.work, f.name)
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	path := filepath.Join(s.work, "overlay.json")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

var compilerError = regexp.MustCompile(`(?m)^(?:vet: )?(\S+\.go):(\d+)(?::(\d+))?: (.*)$`)

// leaveOut rewrites or leaves out the parts that the compiler complains of, and reports whether there was one.
func (s *suite) leaveOut(t *testing.T, out []byte) bool {
	t.Helper()
	type complaint struct {
		f    *file
		part string // its key: a part is another one after its file was rewritten
	}
	var found []complaint
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
		if p.left == "" {
			p.left, p.internal = message, true
			found = append(found, complaint{f, p.key()})
		}
		p.internal = p.internal && s.isInternal(message) // one exported name that is missing is enough
	}
	for _, c := range found {
		p := c.f.part(c.part)
		switch {
		case !p.rewritten && c.f.rewrite(t, p, s.rules):
			for _, other := range c.f.parts {
				if other.imports { // what is written anew may need it
					other.left = ""
				}
			}
		case *show:
			t.Logf("%s %s is left out: %s", c.f.name, strings.Join(p.names, ", "), p.left)
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

// part is the part of a key.
func (f *file) part(key string) *part {
	return f.parts[slices.IndexFunc(f.parts, func(p *part) bool { return p.key() == key })]
}

// partAt is the part at a position, which the compiler counts from 1. Without a column it is the beginning of the line.
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

// unexported finds the name that the compiler lacks, where it is an unexported one.
var unexported = regexp.MustCompile(`undefined: ([a-z_]\w*)$|\.([a-z_]\w*) undefined \(|unknown field ([a-z_]\w*) in struct literal|` +
	`cannot refer to unexported field ([a-z_]\w*) in|missing method ([a-z_]\w*)\b|cannot use generic type ([a-z_]\w*)\[|(redeclared)`)

// isInternal reports whether a complaint of the compiler is for want of an unexported name: of client-go, or of a test's
// helper that was left out for that reason.
func (s *suite) isInternal(message string) bool {
	match := unexported.FindStringSubmatch(message)
	if match == nil {
		return false
	}
	name := match[1] // of a declaration, which may be a test's helper
	for _, f := range s.files {
		for _, p := range f.parts {
			if p.left != "" && slices.Contains(p.names, name) {
				return p.internal
			}
		}
	}
	return true
}

// renameClashes gives a test's helpers other names where our package has something of the name. A method that a type of ours has
// already is left out.
func (s *suite) renameClashes(t *testing.T, taken map[string]bool) {
	t.Helper()
	clash := map[string]bool{}
	for _, f := range s.files {
		for _, p := range f.parts {
			for _, name := range p.names {
				switch {
				case p.receiver != "" && taken[p.receiver+"."+name]:
					p.left = "stands in our package"
				case p.receiver == "" && taken[name] && name != "_" && !p.isTest && !p.imports && !strings.HasSuffix(f.pkg, "_test"):
					clash[name] = true
				}
			}
		}
	}
	for _, f := range s.files {
		if !strings.HasSuffix(f.pkg, "_test") {
			require.NoError(t, f.renameAll(clash))
		}
	}
}
