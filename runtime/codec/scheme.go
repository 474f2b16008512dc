package codec

import (
	"encoding/json"
	"errors"
	"reflect"

	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// AddToScheme makes the decoders of tables known to the clients that programs make with a scheme and a serializer of their own, as those
// of controller-runtime are. Call it beside the AddToScheme of the API package, before the scheme is in use. Package rest looks for the
// decoders in the scheme, where they are conversions from *json.RawMessage.
func AddToScheme(scheme *runtime.Scheme, tables ...Table) error {
	d := NewDecoder(tables...)
	for goType, decode := range d.decoders {
		convert := func(from, into any, _ conversion.Scope) error {
			if raw, ok := from.(*json.RawMessage); !ok || !d.scan(*raw, into, decode, scan.Options{}) {
				return errNotDecoded
			}
			return nil
		}
		if err := scheme.AddConversionFunc((*json.RawMessage)(nil), reflect.Zero(goType).Interface(), convert); err != nil {
			return err
		}
	}
	return nil
}

// errNotDecoded is of a document that another decoder is to read. It is never seen by callers of clients.
var errNotDecoded = errors.New("the generated decoder gives up: decode the document with sigs.k8s.io/json")
