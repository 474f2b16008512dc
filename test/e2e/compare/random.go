package compare

import "math/rand/v2"

// Pick returns one of several values.
func Pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// Chance is true in percent of a hundred cases.
func Chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }
