// Informergen emits listers, informers and informer factories from Go types with markers. They use the clientset that
// clientgen emits, so run clientgen first.
//
// Usage:
//
//	informergen [generate] [flags] [packages]
//	informergen verify [flags] [packages]
//	informergen completion bash|zsh|fish
//
// Packages are patterns of the go command: folders such as ./apis/..., or import paths such as k8s.io/api/core/v1, which are
// read at the version in go.mod. Without packages, informergen reads the folder apis (else pkg/apis, else api) of the module
// that contains the working folder. It emits to the folder generated of that module.
//
// The usual way to run it is a line in a file of the folder apis, with a tool line for it in go.mod:
//
//	//go:generate go tool informergen
//
// # What is emitted
//
// Below the output folder: listers with a package for each group-version, and informers/externalversions with the factory
// (informers with --single-directory). The clientset is expected in clientset/versioned of the output folder;
// --versioned-clientset-package and --listers-package name packages that another run emits. Kinds without the verbs list and
// watch have no informer.
//
// # What is replaced
//
// A run writes nothing until all files are complete, so a run that fails leaves the tree as it was. It replaces or removes a
// file only if the file's header names informergen, or, with --adopt, one of Kubernetes' generators. Handwritten files such
// as *_expansion.go stay. --verify writes nothing, prints a unified diff of the files that are stale, missing or no longer
// emitted, and exits with 1 if there are any; verify does the same. --output=json prints the result as JSON.
//
// # Exit codes
//
// 0: success. 1: the run failed, or --verify found differences. 2: bad flags. Problems of the input are printed together,
// each as file:line:col: problem: what to do.
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
			fs.StringVar(&c.ClientsetDir, "clientset-dir", "", "DIR\tits subfolder, or . (clientset/NAME)")
			fs.StringVar(&c.VersionedClientsetPackage, "versioned-clientset-package", "", "PATH\tuse the clientset of PATH")
			fs.StringVar(&c.ListersDir, "listers-dir", "", "DIR\tsubfolder of listers (listers)")
			fs.StringVar(&c.InformersDir, "informers-dir", "", "DIR\tsubfolder of informers (informers/externalversions)")
			fs.StringVar(&c.ListersPackage, "listers-package", "", "PATH\tuse the listers of PATH")
			fs.BoolVar(&c.SingleDirectory, "single-directory", false, "default of --informers-dir is informers")
		},
	})
}
