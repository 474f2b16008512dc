// Clientgen emits, from Go types with markers, what is needed to talk to their API: deep copies, the registration with
// a scheme, a typed clientset, its fake, apply configurations, and JSON codecs.
//
// Usage:
//
//	clientgen [flags] [packages]
//
// Packages are patterns as the go command takes them: folders such as ./apis/..., or import paths such as
// k8s.io/api/core/v1, which are read at the version that go.mod names. Without packages, clientgen reads the folder apis
// of the module that the working folder lies in (else pkg/apis, else api), and emits to its folder generated.
//
// The usual way to run it is a line in a file of the folder apis, with the tool named in go.mod:
//
//	//go:generate go tool clientgen
//
// # What is emitted
//
// Beside the types, in packages of the workspace: zz_generated.deepcopy.go and zz_generated.register.go. Below the
// output folder: clientset/versioned with a package for each group-version, its scheme and its fake,
// applyconfiguration, and codec: decoders that read the types from JSON without reflection, which the clients then use.
// --with and --without choose among these.
//
// # Changing the tree
//
// Nothing is written before everything is ready, and then everything is: a run that fails leaves the tree as it was. A
// file is replaced or removed only where its header names clientgen, or, with --adopt, one of Kubernetes' generators.
// Handwritten files, *_expansion.go among them, stay. --verify writes nothing, prints a unified diff of what is stale,
// missing or no longer emitted, and exits with 1 if there is any; --output=json says the same for machines.
//
// # Exit codes
//
// 0: done, or nothing to do. 1: bad input, or something is stale under --verify. 2: flags that make no sense. Problems
// of the input are printed together, each as file:line:col: what is wrong: what to do.
package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/cmd/internal/cli"
	"github.com/typewright/typewright/gen"
)

func main() {
	cli.Main(cli.Tool{
		Name:    "clientgen",
		Summary: "clientgen emits Kubernetes clients from Go types with markers (+genclient).",
		Examples: `Examples:
  clientgen                             # from ./apis/... into ./generated
  clientgen --verify ./apis/... k8s.io/api/core/v1`,
		Flags: func(fs *pflag.FlagSet, c *gen.Config) {
			fs.StringVarP(&c.ClientsetName, "clientset-name", "n", "versioned", "NAME\tpackage of the clientset (versioned)")
			fs.StringVar(&c.ClientsetDir, "clientset-dir", "", "DIR\tits folder, . for none (clientset/NAME)")
			fs.StringVar(&c.ApplyDir, "applyconfiguration-dir", "", "DIR\tfolder of apply configurations")
			fs.BoolVar(&c.PrefersProtobuf, "prefers-protobuf", false, "let clients ask for protobuf first")
			fs.StringVar(&c.ApplyPackage, "apply-configuration-package", "", "PATH\tapply configurations emitted elsewhere")
			fs.Func("external-applyconfigurations", "LIST\tof other types: path[.Type]:path,…", func(list string) error {
				return addExternal(&c.ExternalApply, list, "import/path.Type:import/path")
			})
			fs.Func("external-codecs", "LIST\tcodecs of other types: path:path,…", func(list string) error {
				return addExternal(&c.ExternalCodecs, list, "import/path:import/path")
			})
			// Scripts written for applyconfiguration-gen pass it: see docs/decisions/emitted-code.md.
			fs.String("openapi-schema", "", "FILE\taccepted and not read")
		},
	})
}

// addExternal reads "what:import/path,…"; form is for those who write something else.
func addExternal(external *map[string]string, list, form string) error {
	if *external == nil {
		*external = map[string]string{}
	}
	for item := range strings.SplitSeq(list, ",") {
		of, at, ok := strings.Cut(strings.TrimSpace(item), ":")
		if !ok || of == "" || at == "" {
			return fmt.Errorf("%q is not of the form %s", item, form)
		}
		(*external)[of] = at
	}
	return nil
}
