package typed_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// noShards is a Shards that holds none.
type noShards struct{}

func (noShards) Field() string { return shard.ByUID }

func (noShards) Follow(func(gained, lost shard.Set, released func())) (shard.Set, func()) {
	return shard.Set{}, func() {}
}

func (noShards) Enter(uint64) (func(), bool) { return nil, false }

// Shards apply to all kinds or to the given ones.
func TestSetShards(t *testing.T) {
	factory := newPodFactory(nil)
	assert.Nil(t, factory.SharedOptions(&corev1.Pod{}).Shards)
	factory.Options.SetShards(noShards{})
	assert.Equal(t, noShards{}, factory.SharedOptions(&corev1.Pod{}).Shards)
	factory.Options.SetShards(noShards{}, &corev1.Node{})
	assert.Nil(t, factory.SharedOptions(&corev1.Pod{}).Shards)
	assert.Equal(t, noShards{}, factory.SharedOptions(&corev1.Node{}).Shards)
}
