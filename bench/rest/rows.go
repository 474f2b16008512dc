package main

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "sigs.k8s.io/json"
)

// row is an operation and the sides that do it.
type row struct {
	name  string
	cells []*cell
}

const (
	// ourName is the side whose figures the others' are compared with: the first of each row.
	ourName = "typewright"
	// byDefault is no content type: clients of built-in kinds speak protobuf then.
	byDefault = ""
)

func rowsFor(url string) ([]row, error) {
	inJSON, err := clients(url, runtime.ContentTypeJSON)
	if err != nil {
		return nil, err
	}
	inProtobuf, err := clients(url, byDefault)
	if err != nil {
		return nil, err
	}
	inJSON = append(inJSON, netHTTP(url, runtime.ContentTypeJSON))
	unmarshal := func(data []byte, pod *corev1.Pod) error { return kjson.UnmarshalCaseSensitivePreserveInts(data, pod) }
	read := slices.Concat(inJSON, []side{decoding(url, runtime.ContentTypeJSON, unmarshal)})
	inProtobuf = append(inProtobuf, netHTTP(url, runtime.ContentTypeProtobuf))

	encode, err := encodeRow()
	if err != nil {
		return nil, err
	}
	stream := of("Watch10000Stream", inJSON, func(s side) operation { return s.watch })
	stream.cells[0].do = inJSON[0].stream
	return []row{
		of("GET", read, func(s side) operation { return s.get }),
		of("ProtobufGET", inProtobuf, func(s side) operation { return s.get }),
		of("LIST500", inJSON, func(s side) operation { return s.list }),
		of("POST", inJSON, func(s side) operation { return s.post }),
		of("Watch10000", inJSON, func(s side) operation { return s.watch }),
		stream,
		encode,
	}, nil
}

// clients returns this project's client and client-go's.
func clients(url, contentType string) ([]side, error) {
	ours, err := typewright(url, contentType)
	if err != nil {
		return nil, err
	}
	theirs, err := clientGo(url, contentType)
	return []side{ours, theirs}, err
}

type operation = func(context.Context) error

func of(name string, sides []side, do func(side) operation) row {
	r := row{name: name}
	for _, s := range sides {
		r.cells = append(r.cells, &cell{side: s.name, do: do(s)})
	}
	return r
}
