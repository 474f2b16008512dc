package clientcmd

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"go.uber.org/goleak"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// If helperVariable is set, the test binary runs the helper with that name.
const helperVariable = "CLIENTCMD_TEST_HELPER"

func TestMain(m *testing.M) {
	if helper := os.Getenv(helperVariable); helper != "" {
		if err := helpers[helper](os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

var helpers = map[string]func(args []string) error{
	"write-many": writeMany,
	"load":       loadOnly,
}

// writeMany adds contexts one at a time, as a program does that makes many edits. Its arguments are a name, a number and a
// file.
func writeMany(args []string) error {
	count, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	access := NewDefaultPathOptions()
	access.LoadingRules.ExplicitPath = args[2]
	for i := range count {
		config, err := access.GetStartingConfig()
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%s-%d", args[0], i)
		config.Contexts[name] = &api.Context{Cluster: name}
		if i%2 == 1 {
			delete(config.Contexts, fmt.Sprintf("%s-%d", args[0], i-1))
		}
		if err := ModifyConfig(access, *config, true); err != nil {
			return err
		}
	}
	return nil
}

func loadOnly(args []string) error {
	_, err := LoadFromFile(args[0])
	return err
}
