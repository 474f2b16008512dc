// Informergen emits, from Go types with markers, what is needed to watch their API through a cache: listers, informers
// and the factories that tie them together. It builds on the clientset that clientgen emits.
//
// Usage:
//
//	informergen [flags] [packages]
//
// Packages are patterns as the go command takes them: folders such as ./apis/..., or import paths such as
// k8s.io/api/core/v1, which are read at the version that go.mod names. Without packages, informergen reads the folder
// apis of the module that the working folder lies in (else pkg/apis, else api), and emits to its folder generated.
//
// The usual way to run it is a line in a file of the folder apis, with the tool named in go.mod:
//
//	//go:generate go tool informergen
//
// # What is emitted
//
// Below the output folder: listers with a package for each group-version, and informers/externalversions with the
// factory (informers alone with --single-directory). The clientset is looked for in clientset/versioned of the output
// folder; --versioned-clientset-package and --listers-package name packages that are emitted elsewhere. Kinds that do
// not offer the verbs list and watch have no informer.
//
// # Changing the tree
//
// Nothing is written before everything is ready, and then everything is: a run that fails leaves the tree as it was. A
// file is replaced or removed only where its header names informergen, or, with --adopt, one of Kubernetes' generators.
// Handwritten files, *_expansion.go among them, stay. --verify writes nothing, prints a unified diff of what is stale,
// missing or no longer emitted, and exits with 1 if there is any; --output=json says the same for machines.
//
// # Exit codes
//
// 0: done, or nothing to do. 1: bad input, or something is stale under --verify. 2: flags that make no sense. Problems
// of the input are printed together, each as file:line:col: what is wrong: what to do.
package main

import (
	"github.com/spf13/pflag"

	"github.com/typewright/typewright/cmd/internal/cli"
	"github.com/typewright/typewright/gen"
)

func main() {
	cli.Main(cli.Tool{
		Name:    "informergen",
		Summary: "informergen emits listers and informers from Go types with markers (+genclient).",
		Examples: `Examples:
  informergen                           # from ./apis/... into ./generated
  informergen --verify ./apis/... k8s.io/api/core/v1`,
		Flags: func(fs *pflag.FlagSet, c *gen.Config) {
			fs.StringVarP(&c.ClientsetName, "clientset-name", "n", "versioned", "NAME\tpackage of the clientset (versioned)")
			fs.StringVar(&c.ClientsetDir, "clientset-dir", "", "DIR\tits folder, . for none (clientset/NAME)")
			fs.StringVar(&c.VersionedClientsetPackage, "versioned-clientset-package", "", "PATH\ta clientset emitted elsewhere")
			fs.StringVar(&c.ListersDir, "listers-dir", "", "DIR\tfolder of listers (listers)")
			fs.StringVar(&c.InformersDir, "informers-dir", "", "DIR\tfolder of informers (informers/externalversions)")
			fs.StringVar(&c.ListersPackage, "listers-package", "", "PATH\tlisters emitted elsewhere")
			fs.BoolVar(&c.SingleDirectory, "single-directory", false, "informers go to the folder informers")
		},
	})
}
