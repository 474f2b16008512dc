package apitest

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
)

// TestKubectl has kubectl talk to the server, as the referee for what a client should see. Without kubectl it fails: set
// SKIP_KUBECTL=1 to do without.
func TestKubectl(t *testing.T) {
	if os.Getenv("SKIP_KUBECTL") == "1" {
		t.Skip("SKIP_KUBECTL=1: what kubectl sees is not checked")
	}
	scheme := coreScheme()
	require.NoError(t, appsv1.AddToScheme(scheme))
	server := Start(t, Options{Scheme: scheme, TLS: true, GarbageCollection: true})
	kubeconfig, err := server.Kubeconfig()
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Files: []string{"testdata/kubectl.txtar"},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"kubectl": func(ts *testscript.TestScript, fails bool, args []string) {
				if err := ts.Exec("kubectl", args...); (err != nil) != fails {
					ts.Fatalf("kubectl %v: %v (set SKIP_KUBECTL=1 to do without kubectl)", args, err)
				}
			},
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("KUBECONFIG", kubeconfig)
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
	})
}
