package rest

import (
	"maps"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/runtime"
)

// decoders remembers the decoder of each Content-Type that a client has met: negotiating it takes longer than using it
// does. Decoders are safe for concurrent use, as those of a serializer have to be.
type decoders struct {
	known atomic.Pointer[map[string]runtime.Decoder]
	// json decodes plain JSON; nil means by reflection.
	json JSONDecoder
}

// maxDecoders bounds what a server can make a client remember.
const maxDecoders = 8

func (d *decoders) get(contentType string, negotiator runtime.ClientNegotiator) (runtime.Decoder, error) {
	known := d.known.Load()
	if known != nil {
		if decoder, ok := (*known)[contentType]; ok {
			return decoder, nil
		}
	}
	decoder, err := decoderFor(contentType, negotiator)
	if err != nil {
		return nil, err
	}
	decoder = d.learning(decoder)
	grown := map[string]runtime.Decoder{}
	if known != nil {
		maps.Copy(grown, *known)
	}
	if len(grown) < maxDecoders {
		grown[contentType] = decoder
		d.known.CompareAndSwap(known, &grown) // who comes second tries again with the next answer
	}
	return decoder, nil
}

// learned returns what the client has learned of decoder with earlier answers of the same Content-Type, if it is that
// one.
func (d *decoders) learned(contentType string, decoder runtime.Decoder) runtime.Decoder {
	if known := d.known.Load(); known != nil {
		if l, ok := (*known)[contentType].(*learningDecoder); ok && l.inner == decoder {
			return l
		}
	}
	return d.learning(decoder)
}

func (d *decoders) learning(decoder runtime.Decoder) runtime.Decoder {
	if d.json == nil {
		return learning(decoder, reflection{})
	}
	return learning(decoder, d.json)
}
