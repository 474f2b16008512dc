package gen

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/gen/memo"
)

// Summary is what there is to say about a run.
type Summary struct {
	// Groups and Kinds count what has a client, Files what is emitted.
	Groups, Kinds, Files int
}

// Summary counts what the run has made.
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

// Recall tells whether a run would find nothing to do, going by the book's note of an earlier run: whether every input
// and every output is, by content, as that run left it.
func Recall(ctx context.Context, cfg Config, book memo.Book) (Summary, bool) {
	s, err := settle(cfg)
	if err != nil {
		return Summary{}, false
	}
	note, ok := book.Recall(ctx, s.memo())
	if !ok {
		return Summary{}, false
	}
	if !emit.Untouched(s.set(note.Beside, nil), maps.Keys(note.Outputs)) {
		return Summary{}, false
	}
	return Summary{Groups: note.Groups, Kinds: note.Kinds, Files: len(note.Outputs)}, true
}

// Remember writes down a run whose files lie on the disk.
func Remember(res Result, book memo.Book) error {
	summary := res.Summary()
	note := memo.Note{
		Outputs: map[string]memo.Digest{}, Beside: res.Set.Beside, Expansions: res.settings.expansions,
		Groups: summary.Groups, Kinds: summary.Kinds,
	}
	for _, f := range res.Set.Files {
		note.Outputs[f.Path] = memo.Of(f.Source)
	}
	return book.Keep(res.settings.memo(), res.listed, note)
}

// memo is what a run's note goes by.
func (s *settings) memo() memo.Run {
	// Maps come out sorted; functions have no part in a Config.
	text, _ := json.Marshal([]any{s.Config, s.artifacts, s.header, s.layout})
	return memo.Run{Load: s.loading(), Settings: string(text)}
}
