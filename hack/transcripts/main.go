// Command transcripts writes the transcripts of commands into the pages: see hack/transcripts.sh.
//
// A transcript is a block below a comment that names its scene:
//
//	<!-- transcript verify -->
//	```console
//	$ go tool clientgen verify
//	```
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	verify := flag.Bool("verify", false, "write nothing; print what is out of date and exit with 1")
	flag.Parse()
	if err := run(context.Background(), *verify); err != nil {
		fmt.Fprintln(os.Stderr, "transcripts:", err)
		os.Exit(1)
	}
}

// run plays the scenes, and puts them into the pages of the working folder.
func run(ctx context.Context, verify bool) error {
	dir, err := os.MkdirTemp("", "transcripts")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	played, err := play(ctx, filepath.Join(dir, "fleet"))
	if err != nil {
		return err
	}
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		return err
	}
	var stale []error
	for _, name := range append(pages, "README.md") {
		page, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text, err := rewrite(string(page), played)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case text == string(page):
		case verify:
			stale = append(stale, fmt.Errorf("%s is out of date: run hack/transcripts.sh. Its first difference:\n%s", name, difference(string(page), text)))
		default:
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil { //nolint:gosec // pages are for everybody
				return err
			}
			fmt.Println("wrote", name)
		}
	}
	for name := range played {
		stale = append(stale, fmt.Errorf("no page has the transcript %s", name))
	}
	return errors.Join(stale...)
}

var block = regexp.MustCompile("(?ms)^<!-- transcript (\\S+) -->\n```console\n(.*?)^```$")

// rewrite returns a page with the transcripts in its blocks, and takes those from played. A block in which only times differ stays.
func rewrite(page string, played map[string]string) (string, error) {
	if marks := strings.Count(page, "\n<!-- transcript "); marks != len(block.FindAllString(page, -1)) {
		return "", errors.New("below a mark of a transcript there is no block ```console")
	}
	var unknown []error
	page = block.ReplaceAllStringFunc(page, func(old string) string {
		name := block.FindStringSubmatch(old)[1]
		text, ok := played[name]
		if !ok {
			unknown = append(unknown, fmt.Errorf("there is no scene %s", name))
		}
		delete(played, name)
		if text = "<!-- transcript " + name + " -->\n```console\n" + text + "```"; timeless(text) == timeless(old) {
			return old
		}
		return text
	})
	return page, errors.Join(unknown...)
}

var duration = regexp.MustCompile(`\b(\d+m)?\d+(\.\d+)? ?m?s\b`)

// timeless is a page without what differs from run to run.
func timeless(page string) string { return duration.ReplaceAllString(page, "0s") }

// difference returns the first line in which two pages differ, times aside.
func difference(old, text string) string {
	was, is := strings.Split(old, "\n"), strings.Split(text, "\n")
	for i := range min(len(was), len(is)) {
		if timeless(was[i]) != timeless(is[i]) {
			return fmt.Sprintf("line %d\n-%s\n+%s", i+1, was[i], is[i])
		}
	}
	return "one is longer"
}
