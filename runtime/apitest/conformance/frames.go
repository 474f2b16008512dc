package conformance

import (
	"encoding/json"
	"io"
)

// frames reads the JSON documents of a stream.
type frames struct{ decoder *json.Decoder }

func newFrames(r io.Reader) frames { return frames{decoder: json.NewDecoder(r)} }

func (f frames) next() (json.RawMessage, error) {
	var data json.RawMessage
	err := f.decoder.Decode(&data)
	return data, err
}
