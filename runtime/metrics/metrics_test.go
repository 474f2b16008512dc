package metrics

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

type calls struct{ results []string }

func (c *calls) Increment(status string) { c.results = append(c.results, status) }

// forgetRegistration has the package be as it is in a program that has just begun: the example registers too, and tests may
// be repeated.
func forgetRegistration() {
	RequestLatency, TransportCreateCalls = noLatency{}, noCount{}
	register, ensure, onEnsure = sync.Once{}, sync.Once{}, nil
}

func TestRegister(t *testing.T) {
	forgetRegistration()
	t.Cleanup(forgetRegistration)
	assert.False(t, Enabled(RequestLatency), "no metric of it is registered")
	ensured := 0
	mine := &calls{}
	Register(RegisterOpts{TransportCreateCalls: mine, RegisterFn: func() { ensured++ }})
	Register(RegisterOpts{TransportCreateCalls: &calls{}})

	assert.Same(t, mine, TransportCreateCalls, "the first call counts")
	assert.True(t, Enabled(TransportCreateCalls))
	assert.False(t, Enabled(RequestLatency), "nil leaves it as it is")
	EnsureRegistered()
	EnsureRegistered()
	assert.Equal(t, 1, ensured)
}
