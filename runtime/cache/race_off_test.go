//go:build !race

package cache

// poolForgets is set where sync.Pool drops a part of what it is given at random.
const poolForgets = false
