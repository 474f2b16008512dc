package metrics

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

type calls struct{ results []string }

func (c *calls) Increment(status string) { c.results = append(c.results, status) }

func TestRegister(t *testing.T) {
	assert.False(t, Enabled(RequestLatency), "nobody asked for it")
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
