package gen

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/gen/memo"
)

// Summary describes the size of a run.
type Summary struct {
	// Groups and Kinds count those with a client, Files the emitted files.
	Groups, Kinds, Files int
}

// Summary counts the groups, kinds and files of the run.
func (r Result) Summary() Summary {
	s := Summary{Files: len(r.Set.Files)}
	if r.API == nil {
		return s
	}
	s.Groups = len(r.API.Groups)
	for _, g := range r.API.Groups {
		for _, v := range g.Versions {
			s.Kinds += len(v.Kinds)
		}
	}
	return s
}

// Recall reports whether a run would change nothing: whether the book has a note of an earlier run, and every input and
// every output still has the content that the note says. Errors count as false: the caller then runs in full.
func Recall(ctx context.Context, cfg Config, book memo.Book) (Summary, bool) {
	s, err := settle(cfg)
	if err != nil {
		return Summary{}, false
	}
	note, ok := book.Recall(ctx, s.memoRun())
	if !ok {
		return Summary{}, false
	}
	set := s.set(note.Beside, nil)
	set.Roots = note.Roots
	if !emit.Untouched(set, maps.Keys(note.Outputs)) {
		return Summary{}, false
	}
	return Summary{Groups: note.Groups, Kinds: note.Kinds, Files: len(note.Outputs)}, true
}

// Remember notes a run in the book. Call it when the files of the run have been written.
func Remember(res Result, book memo.Book) error {
	summary := res.Summary()
	note := memo.Note{
		Outputs: map[string]memo.Digest{}, Beside: res.Set.Beside, Roots: res.Set.Roots, Expansions: res.settings.expansions,
		Groups: summary.Groups, Kinds: summary.Kinds,
	}
	for _, f := range res.Set.Files {
		note.Outputs[f.Path] = memo.Of(f.Source)
	}
	return book.Keep(res.settings.memoRun(), res.listed, note)
}

// memoRun identifies the run in the book.
func (s *settings) memoRun() memo.Run {
	// JSON sorts the keys of maps, and no field is of a type that JSON cannot encode.
	text, _ := json.Marshal([]any{s.Config, s.artifacts, s.header, s.layout})
	return memo.Run{Load: s.loadConfig(), Settings: string(text)}
}
