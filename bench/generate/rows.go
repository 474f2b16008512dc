package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/typewright/typewright/bench/internal/proc"
)

// rows returns what is measured, the incumbent first. The last row keeps the output of the row before it.
func (b *bench) rows() []row {
	return []row{
		{name: "incumbent", prepare: b.empty("incumbent"), work: b.incumbent()},
		{name: "typewright-same", prepare: b.empty("typewright"), work: b.ours("--with=clientset,fake,applyconfiguration")},
		{name: "typewright-all", prepare: b.empty("typewright"), work: b.ours()},
		{name: "typewright-unchanged", prepare: func() error { return nil }, work: b.ours()},
	}
}

// empty returns a function that empties one side's output.
func (b *bench) empty(side string) func() error {
	dir := filepath.Join(b.dir, side)
	return func() error {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		return os.MkdirAll(dir, 0o750)
	}
}

// ours returns our two commands, the first with the given flags.
func (b *bench) ours(flags ...string) []proc.Command {
	common := []string{"--output-dir", filepath.Join(b.dir, "typewright"), "--output-pkg", outputPackage, "--quiet"}
	client := append(append([]string{filepath.Join(b.dir, "clientgen")}, common...), flags...)
	informer := append([]string{filepath.Join(b.dir, "informergen")}, common...)
	return []proc.Command{{Args: append(client, b.inputs...)}, {Args: append(informer, b.inputs...)}}
}

// incumbent returns the four commands that kube_codegen.sh runs, with its flags.
func (b *bench) incumbent() []proc.Command {
	out := filepath.Join(b.dir, "incumbent")
	header := filepath.Join(b.dir, "header.txt")
	_ = os.WriteFile(header, nil, 0o600)
	apply := outputPackage + "/applyconfiguration"
	tool := func(name, sub string, flags ...string) proc.Command {
		args := []string{
			filepath.Join(b.dir, name), "--go-header-file", header,
			"--output-dir", filepath.Join(out, sub), "--output-pkg", outputPackage + "/" + sub,
		}
		return proc.Command{Args: append(args, flags...)}
	}
	client := tool("client-gen", "clientset", "--clientset-name", "versioned", "--apply-configuration-package", apply,
		"--input-base", "k8s.io/api", "--plural-exceptions", "Endpoints:Endpoints")
	for _, input := range b.inputs {
		client.Args = append(client.Args, "--input", strings.TrimPrefix(input, "k8s.io/api/"))
	}
	return []proc.Command{
		tool("applyconfiguration-gen", "applyconfiguration", b.inputs...),
		client,
		tool("lister-gen", "listers", append([]string{"--plural-exceptions", "Endpoints:Endpoints"}, b.inputs...)...),
		tool("informer-gen", "informers", append([]string{
			"--plural-exceptions", "Endpoints:Endpoints",
			"--versioned-clientset-package", outputPackage + "/clientset/versioned", "--listers-package", outputPackage + "/listers",
		}, b.inputs...)...),
	}
}
