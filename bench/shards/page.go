package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// row is what the replicas of a run took.
type row struct {
	replicas   int
	selects    bool
	mean, most figures
}

func mean(all []figures) (m figures) {
	for _, f := range all {
		m = figures{m.Received + f.Received, m.CPU + f.CPU, m.Heap + f.Heap, m.Objects + f.Objects}
	}
	n := float64(len(all))
	return figures{m.Received / n, m.CPU / n, m.Heap / n, m.Objects / n}
}

func most(all []figures) (m figures) {
	for _, f := range all {
		m = figures{max(m.Received, f.Received), max(m.CPU, f.CPU), max(m.Heap, f.Heap), max(m.Objects, f.Objects)}
	}
	return m
}

func (r row) selectedBy() string {
	if r.selects {
		return "server"
	}
	return "client"
}

// benchmark returns the row in the format of Go's benchmarks.
func (r row) benchmark() string {
	return fmt.Sprintf("BenchmarkShards%d/%s-selects\t1\t%.0f received-B/replica\t%.2f cpu-s/replica\t%.0f heap-B/replica\t%.0f objects/replica",
		r.replicas, r.selectedBy(), r.mean.Received, r.mean.CPU, r.mean.Heap, r.mean.Objects)
}

const (
	begins = "<!-- What follows is written by go run ./shards -docs ../docs, in bench. -->\n"
	ends   = "<!-- End of what is written by go run ./shards. -->\n"
)

// write writes the table and the plot.
func write(docs string, objects int, rows []row) error {
	if err := os.WriteFile(filepath.Join(docs, "scale-replicas.svg"), []byte(plot(rows)), 0o644); err != nil { //nolint:gosec // a document
		return err
	}
	path := filepath.Join(docs, "scale.md")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(page, []byte(begins))
	_, after, ok2 := bytes.Cut(rest, []byte(ends))
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the table", path)
	}
	text := string(before) + begins + table(objects, rows) + ends + string(after)
	return os.WriteFile(path, []byte(text), 0o644) //nolint:gosec // a document
}

func table(objects int, rows []row) string {
	var text strings.Builder
	fmt.Fprintf(&text, "\nThe first sync of %d pods and one change of each, by replica; the mean, and in brackets the most that one of them took. Measured on %d cores (%s/%s), %s, %s.\n\n",
		objects, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), time.Now().Format("2 January 2006"))
	text.WriteString("| selected by | replicas | received | processor time | live heap | objects |\n|---|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&text, "| %s | %d | %.1f MB (%.1f) | %.2f s (%.2f) | %.1f MB (%.1f) | %.0f (%.0f) |\n", r.selectedBy(), r.replicas,
			r.mean.Received/1e6, r.most.Received/1e6, r.mean.CPU, r.most.CPU, r.mean.Heap/1e6, r.most.Heap/1e6, r.mean.Objects, r.most.Objects)
	}
	text.WriteString("\n")
	return text.String()
}

// plot draws, for each figure, bars of both servers as shares of what one replica takes.
func plot(rows []row) string {
	const width, height, base, full = 720, 250, 200, 140
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&out, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	out.WriteString(`<text x="20" y="24" font-size="15">what a replica takes, in per cent of what one takes alone</text>` + "\n")
	for i, figure := range []struct {
		name string
		of   func(figures) float64
	}{
		{"bytes received", func(f figures) float64 { return f.Received }},
		{"processor time", func(f figures) float64 { return f.CPU }},
		{"live heap", func(f figures) float64 { return f.Heap }},
	} {
		left := 20 + i*235
		fmt.Fprintf(&out, `<text x="%d" y="%d">%s</text>`+"\n", left, base+34, figure.name)
		alone := map[bool]float64{}
		for j, r := range rows {
			if r.replicas == 1 {
				alone[r.selects] = figure.of(r.mean)
			}
			share := figure.of(r.mean) / alone[r.selects]
			x, high := left+j*34+j/len(replicas)*8, share*full
			fmt.Fprintf(&out, `<rect x="%d" y="%.1f" width="28" height="%.1f" fill="%s"/>`, x, base-high, high, map[bool]string{true: "#1d4ed8", false: "#f59e0b"}[r.selects])
			fmt.Fprintf(&out, `<text x="%d" y="%.1f" text-anchor="middle">%.0f</text><text x="%d" y="%d" text-anchor="middle">%d</text>`+"\n",
				x+14, base-high-4, 100*share, x+14, base+16, r.replicas)
		}
	}
	fmt.Fprintf(&out, `<rect x="450" y="13" width="12" height="12" fill="#1d4ed8"/><text x="468" y="24">the server selects</text>`+"\n")
	fmt.Fprintf(&out, `<rect x="585" y="13" width="12" height="12" fill="#f59e0b"/><text x="603" y="24">the clients filter</text>`+"\n</svg>\n")
	return out.String()
}
