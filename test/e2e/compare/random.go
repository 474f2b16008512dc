package compare

import "math/rand/v2"

// Pick returns one of several values.
func Pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// Chance returns true with a probability in percent.
func Chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }
