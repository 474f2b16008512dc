package version

// The linker sets these: -ldflags "-X github.com/typewright/typewright/runtime/version.gitVersion=v1.2.3". What is empty is
// found out otherwise; see [Get].
var (
	gitMajor     string
	gitMinor     string
	gitVersion   string
	gitCommit    string
	gitTreeState string // clean or dirty
	buildDate    string
)
