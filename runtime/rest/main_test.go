package rest

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain is an exec plugin too: the tests run their own binary as the program that prints credentials.
func TestMain(m *testing.M) {
	if behaviour := os.Getenv("TEST_PLUGIN"); behaviour != "" {
		os.Exit(plugin(behaviour))
	}
	goleak.VerifyTestMain(collected{m})
}

// collected collects garbage after the tests: an exec plugin that hangs is stopped when the last client that uses it is
// collected.
type collected struct{ *testing.M }

func (c collected) Run() int {
	code := c.M.Run()
	for range 20 {
		runtime.GC()
		if goleak.Find() == nil {
			break
		}
	}
	return code
}

// plugin behaves as a test asks for. Each run appends a byte to a file, and its token has the number of the run.
func plugin(behaviour string) int {
	runs, err := os.OpenFile(os.Getenv("TEST_RUNS"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 2
	}
	fmt.Fprint(runs, "x")
	text, _ := os.ReadFile(os.Getenv("TEST_RUNS"))
	token := fmt.Sprintf("%s-%d", secret, len(text))
	switch behaviour {
	case "token":
		fmt.Printf(`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":%q}}`, token)
	case "slow":
		time.Sleep(300 * time.Millisecond)
		fmt.Printf(`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":%q}}`, token)
	case "hangs":
		time.Sleep(time.Hour)
	case "garbage":
		fmt.Print("\x00\xff", strings.Repeat("garbage ", 100))
	case "secrets":
		fmt.Print(`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":["` + token + `"]}}`)
	case "exits":
		fmt.Print(token)
		return 1
	}
	return 0
}
