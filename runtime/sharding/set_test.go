package sharding

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	upstream "k8s.io/apimachinery/pkg/sharding"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/internal/shard"
)

func TestSetString(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var s Set
		for range random.IntN(40) {
			first := random.IntN(shard.Slots)
			for slot := first; slot < min(shard.Slots, first+random.IntN(2000)); slot++ {
				shard.Insert(&s, slot)
			}
		}
		read, err := ParseSet(s.String())
		require.NoError(t, err)
		assert.True(t, s.Equal(read), s.String())
	}
	assert.Equal(t, "0000-ffff", shard.Everything().String())
	for text, share := range map[string]int{"0000-0000": 1, "003f-0040,007f-007f,0081-00c0": 67, "0000-3fff,ffff-ffff": 0x4001, "fffe-ffff": 2} {
		read, err := ParseSet(text)
		require.NoError(t, err)
		assert.Equal(t, text, read.String())
		assert.InDelta(t, float64(share)/shard.Slots, read.Share(), 1e-12, text)
	}
	assert.True(t, Set{}.Equal(shard.Everything().Minus(shard.Everything())))
	assert.False(t, Set{}.Equal(shard.Everything()))
	assert.Empty(t, Set{}.String())
	for _, bad := range []string{"x", "0000", "0001-0000", "0-10000", "0000-0001,", "-1-2", "0000-00zz"} {
		_, err := ParseSet(bad)
		assert.ErrorContains(t, err, "is not a range of slots such as 0000-7fff", bad)
	}
}

// Selectors have the syntax of KEP-5866 and select the objects that the set contains.
func TestSelectors(t *testing.T) {
	set := assign([]member{{"a", 1}, {"b", 1}, {"c", 2}})["b"]
	var requirements []upstream.ShardRangeRequirement
	for _, r := range set.Ranges() {
		one := Set{}
		for slot := shard.Slot(r.First); slot <= shard.Slot(r.Last); slot++ {
			shard.Insert(&one, slot)
		}
		var requirement upstream.ShardRangeRequirement
		text := one.Selector(string(ByUID))
		requirement.Key = string(ByUID)
		requirement.Start, requirement.End = text[len("shardRange(object.metadata.uid, '"):][:18], text[len("shardRange(object.metadata.uid, '0x0000000000000000', '"):len(text)-2]
		requirements = append(requirements, requirement)
	}
	selector := upstream.NewSelector(requirements...)
	assert.Equal(t, selector.String(), set.Selector(string(ByUID)))
	m := newMembership(nil, Options{By: ByUID})
	random := rand.New(rand.NewPCG(1, 2))
	in := 0
	for range 2000 {
		obj := &metav1.PartialObjectMetadata{}
		obj.UID = types.UID(strconv.Itoa(random.Int()))
		matches, err := selector.Matches(obj)
		require.NoError(t, err)
		assert.Equal(t, matches, set.Contains(m.HashOf(obj)), obj.UID)
		if matches {
			in++
		}
	}
	assert.Positive(t, in)
	assert.Equal(t, "shardRange(object.metadata.namespace, '0x0000000000000000', '0x10000000000000000')", shard.Everything().Selector(string(ByNamespace)))
}

func TestInvalidOptions(t *testing.T) {
	for message, opts := range map[string]Options{
		`Options.Group "": want a DNS label`:         {Identity: "a"},
		`Options.Group "A B": want a DNS label`:      {Identity: "a", Group: "A B"},
		"Options.Identity is empty":                  {Group: "g"},
		`Options.By "name": use ByUID`:               {Group: "g", Identity: "a", By: "name"},
		"Options.LeaseDuration 48h0m0s: at most 24h": {Group: "g", Identity: "a", LeaseDuration: 48 * 3600e9},
		"Options.Capacity 1000: at most 100":         {Group: "g", Identity: "a", Capacity: 1000},
		"Options.RenewPeriod 10s: at most half":      {Group: "g", Identity: "a", RenewPeriod: 10e9},
		"a DNS label of at most 40 characters":       {Identity: "a", Group: "a123456789a123456789a123456789a123456789a123456789"},
	} {
		_, err := Join(t.Context(), nil, opts)
		assert.ErrorContains(t, err, message)
	}
}
