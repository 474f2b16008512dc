package portforward

import (
	"testing"

	"github.com/typewright/typewright/runtime/internal/testutil/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
