//go:build !race

package cache

// poolForgets says whether sync.Pool drops some objects at random, as it does under the race detector.
const poolForgets = false
