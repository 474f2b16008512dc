package v1

// Decoder turns raw bytes into readings. Implementations are copied with the Pipeline that holds them.
type Decoder interface {
	// Decode reads all readings from raw.
	Decode(raw []byte) ([]float64, error)
	// DeepCopyDecoder returns a copy that shares nothing with the receiver.
	DeepCopyDecoder() Decoder
}

// +k8s:deepcopy-gen:interfaces=github.com/typewright/typewright/apis/telemetry/v1.Decoder
// +k8s:deepcopy-gen:nonpointer-interfaces=true

// LinearDecoder reads one reading a byte and scales it.
type LinearDecoder struct {
	// Factors by position; the last one serves all further positions. None means 1.
	Factors []float64
}

// Decode implements Decoder.
func (d LinearDecoder) Decode(raw []byte) ([]float64, error) {
	readings := make([]float64, len(raw))
	for i, b := range raw {
		factor := 1.0
		if n := len(d.Factors); n > 0 {
			factor = d.Factors[min(i, n-1)]
		}
		readings[i] = float64(b) * factor
	}
	return readings, nil
}

// Pipeline is a chain of decoders. It lives in memory only.
type Pipeline struct {
	// Decoders in the order in which they see the bytes.
	Decoders []Decoder
	// Names of the decoders.
	Names map[string]Decoder
}

// Clock counts ticks. It is shared by all who hold it and so never copied.
//
// +k8s:deepcopy-gen=false
type Clock struct {
	// Ticks since the start.
	Ticks *int64
}
