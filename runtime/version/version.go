// Package version tells which version of a program runs. Clients say it to servers in their user agent.
package version

import (
	"cmp"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"unicode"

	apimachineryversion "k8s.io/apimachinery/pkg/version"
)

// clientGo is the package whose variables the builds of programs for client-go set.
const clientGo = "k8s.io/client-go/pkg/version."

// Get tells the version of the program. Each part comes from the first of these that knows it:
//
//   - the variables of this package, which the linker sets: -ldflags "-X
//     github.com/typewright/typewright/runtime/version.gitVersion=v1.2.3", and gitMajor, gitMinor, gitCommit, gitTreeState and
//     buildDate alike;
//   - the same variables of k8s.io/client-go/pkg/version, for builds that still set these. They are read from the flags that the
//     go command records in the program, which it does not do with -trimpath;
//   - the version of the main module and the commit that the go command records. A main module without a version is v0.0.0.
func Get() apimachineryversion.Info {
	info, _ := debug.ReadBuildInfo()
	return get(info)
}

func get(info *debug.BuildInfo) apimachineryversion.Info {
	settings := map[string]string{}
	version := ""
	if info != nil {
		for _, setting := range info.Settings {
			settings[setting.Key] = setting.Value
		}
		if info.Main.Version != "(devel)" {
			version = info.Main.Version
		}
	}
	linked := linkedStrings(settings["-ldflags"])
	treeState := map[string]string{"true": "dirty", "false": "clean"}[settings["vcs.modified"]]
	v := apimachineryversion.Info{
		GitVersion:   cmp.Or(gitVersion, linked["gitVersion"], version, "v0.0.0"),
		GitCommit:    cmp.Or(gitCommit, linked["gitCommit"], settings["vcs.revision"]),
		GitTreeState: cmp.Or(gitTreeState, linked["gitTreeState"], treeState),
		BuildDate:    cmp.Or(buildDate, linked["buildDate"], settings["vcs.time"], "1970-01-01T00:00:00Z"),
		GoVersion:    runtime.Version(),
		Compiler:     runtime.Compiler,
		Platform:     runtime.GOOS + "/" + runtime.GOARCH,
	}
	numbers := append(semantic.FindStringSubmatch(v.GitVersion), "", "", "") // none if it is no semantic version
	v.Major = cmp.Or(gitMajor, linked["gitMajor"], numbers[1])
	v.Minor = cmp.Or(gitMinor, linked["gitMinor"], numbers[2])
	return v
}

// semantic finds the first two numbers of a semantic version.
var semantic = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:[-+].+)?$`)

// linkedStrings are the variables of client-go's package that the flags of a linker set, by their names.
func linkedStrings(flags string) map[string]string {
	set := map[string]string{}
	words := split(flags)
	for i, word := range words {
		word = strings.TrimPrefix(word, "-")
		assignment, found := strings.CutPrefix(word, "-X=")
		if !found {
			assignment, found = strings.CutPrefix(word, "X=")
		}
		if !found && (word == "X" || word == "-X") && i+1 < len(words) {
			assignment = words[i+1]
		}
		if variable, ours := strings.CutPrefix(assignment, clientGo); ours {
			name, value, _ := strings.Cut(variable, "=")
			set[name] = value
		}
	}
	return set
}

// split splits flags as the go command does: at spaces outside of quotes, which a word begins with.
func split(flags string) []string {
	var words []string
	for {
		flags = strings.TrimLeftFunc(flags, unicode.IsSpace)
		switch {
		case flags == "":
			return words
		case flags[0] == '"' || flags[0] == '\'':
			word, rest, _ := strings.Cut(flags[1:], flags[:1])
			words, flags = append(words, word), rest
		default:
			end := strings.IndexFunc(flags, unicode.IsSpace)
			if end < 0 {
				end = len(flags)
			}
			words, flags = append(words, flags[:end]), flags[end:]
		}
	}
}
