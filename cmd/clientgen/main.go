// Clientgen emits Kubernetes clients from Go types with markers: deep copies, registration with a scheme, a typed clientset,
// its fake, apply configurations, JSON codecs, and CustomResourceDefinitions.
//
// Usage:
//
//	clientgen [generate] [flags] [packages]
//	clientgen verify [flags] [packages]
//	clientgen init [flags] [folder]
//	clientgen migrate --standin|--imports [flags] [folder]
//	clientgen rbac [flags] [packages]
//	clientgen completion bash|zsh|fish
//
// Packages are patterns of the go command: folders such as ./apis/..., or import paths such as k8s.io/api/core/v1, which are
// read at the version in go.mod. Without packages, clientgen reads the folder apis (else pkg/apis, else api) of the module
// that contains the working folder. It emits to the folder generated of that module.
//
// The usual way to run it is a line in a file of the folder apis, with a tool line for it in go.mod:
//
//	//go:generate go tool clientgen
//
// # What is emitted
//
// In packages of the workspace, beside the types: zz_generated.deepcopy.go, zz_generated.register.go, and zz_generated.view.go where
// views have metadata of their own. Below the output folder: clientset/versioned with a package for each group-version, its scheme and
// its fake, and with what informers of views call; applyconfiguration; and codec,
// decoders that read the types from JSON without reflection and that the clients use. In the folder config/crd of the module: a
// CustomResourceDefinition for each kind of the workspace, for "kubectl apply -f config/crd"; --with=crd includes kinds of other
// modules. --with and --without select among these.
//
// # What is replaced
//
// A run writes nothing until all files are complete, so a run that fails leaves the tree as it was. It replaces or removes a
// file only if the file's header names clientgen, or, with --adopt, one of Kubernetes' generators. Handwritten files such as
// *_expansion.go stay. --verify writes nothing, prints a unified diff of the files that are stale, missing or no longer
// emitted, and exits with 1 if there are any; verify does the same. --output=json prints the result as JSON.
//
// # Moving over from client-go
//
// clientgen migrate moves a module from k8s.io/client-go, by a line of go.mod or by its imports; clientgen migrate --help tells how.
//
// # Roles
//
// clientgen rbac prints the ClusterRole that allows what a program does with its clients; docs/rbac.md tells how.
//
// # Exit codes
//
// 0: success. 1: the run failed, or --verify found differences. 2: bad flags. Problems of the input are printed together,
// each as file:line:col: problem: what to do.
package main

import (
	"fmt"
	"strconv"
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
			fs.StringVar(&c.ClientsetDir, "clientset-dir", "", "DIR\tits subfolder, or . (clientset/NAME)")
			fs.StringVar(&c.ApplyDir, "applyconfiguration-dir", "", "DIR\ttheir subfolder (applyconfiguration)")
			fs.StringVar(&c.CRDDir, "crd-dir", "", "DIR\tfolder of CRDs (config/crd)")
			fs.BoolVar(&c.CRDPerGroup, "crd-per-group", false, "one file of CRDs for each group")
			fs.BoolFunc("crd-version-annotations", "annotate CRDs with clientgen's version", func(text string) error {
				on, err := strconv.ParseBool(text)
				if c.CRDVersion = ""; on {
					c.CRDVersion, _ = cli.Version()
				}
				return err
			})
			fs.Func("crd-max-description", "N\tcut their descriptions; 0: none", func(text string) error {
				n, err := strconv.Atoi(text)
				if err != nil || n < 0 {
					return fmt.Errorf("%q is not a length", text)
				}
				c.CRDMaxDescription = &n
				return nil
			})
			fs.BoolVar(&c.PrefersProtobuf, "prefers-protobuf", false, "clients request protobuf first")
			fs.StringVar(&c.ApplyPackage, "apply-configuration-package", "", "PATH\tuse the apply configurations of PATH")
			fs.Func("external-applyconfigurations", "LIST\tthose of other types: path[.Type]:path,…", func(list string) error {
				return addExternal(&c.ExternalApply, list, "import/path.Type:import/path")
			})
			fs.Func("external-codecs", "LIST\tcodecs of other types: path:path,…", func(list string) error {
				return addExternal(&c.ExternalCodecs, list, "import/path:import/path")
			})
			// Scripts written for applyconfiguration-gen pass it: see docs/decisions/emitted-code.md.
			fs.String("openapi-schema", "", "FILE\tignored, for old scripts")
			fs.Lookup("openapi-schema").Hidden = true
		},
		Commands: []cli.Command{initCommand(), migrateCommand(), rbacCommand()},
	})
}

// addExternal adds the pairs of a list "what:import/path,…". Errors name the expected form.
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
