package check

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/test/codectest"
)

// decoders checks that generated decoders read random and damaged documents as sigs.k8s.io/json does.
func decoders(t *testing.T, s *subject) {
	f, table := s.filler(), s.table()
	samples := []any{reflect.New(s.goType).Interface()}
	if list := s.list(); list != nil {
		samples = append(samples, list)
	}
	for _, like := range samples {
		for round := range *rounds {
			f.sparse = round%2 == 1
			text, err := json.Marshal(f.value(reflect.TypeOf(like).Elem()).Interface())
			require.NoError(t, err)
			if codectest.Reads(t, table, like, text, *variants); t.Failed() {
				return
			}
		}
	}
}
