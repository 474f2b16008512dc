package typed_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// nothing holds nothing.
type nothing struct{}

func (nothing) Field() string { return shard.ByUID }

func (nothing) Follow(func(gained, lost shard.Set, released func())) (shard.Set, func()) {
	return shard.Set{}, func() {}
}

func (nothing) Enter(uint64) (func(), bool) { return nil, false }

// Shards apply to all kinds, or to those that are named.
func TestSetShards(t *testing.T) {
	factory := newPodFactory(nil)
	assert.Nil(t, factory.SharedOptions(&corev1.Pod{}).Shards)
	factory.Options.SetShards(nothing{})
	assert.Equal(t, nothing{}, factory.SharedOptions(&corev1.Pod{}).Shards)
	factory.Options.SetShards(nothing{}, &corev1.Node{})
	assert.Nil(t, factory.SharedOptions(&corev1.Pod{}).Shards)
	assert.Equal(t, nothing{}, factory.SharedOptions(&corev1.Node{}).Shards)
}
