package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/typewright/typewright/runtime/rest"
)

// session plays one case. What differs between any two runs, such as uids, it shows by symbols.
type session struct {
	ctx     context.Context
	base    *url.URL
	client  *http.Client
	vars    map[string]string
	symbols *symbols
	watches map[string]*watch
	last    map[string]any // the object answered last
}

func newSession(ctx context.Context, config *rest.Config, namespace string) (*session, error) {
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return &session{
		ctx: ctx, base: base, client: client, vars: map[string]string{"ns": namespace},
		symbols: newSymbols(namespace), watches: map[string]*watch{},
	}, nil
}

// close ends the watches of the session.
func (s *session) close() {
	for _, w := range s.watches {
		w.stop()
	}
}

// play takes a step and returns what was answered.
func (s *session) play(request []string) ([]string, error) {
	words := strings.Fields(request[0])
	switch words[0] {
	case "SET":
		return nil, s.set(words)
	case "READ":
		return s.read(words)
	case "WATCH":
		return s.watch(words, request)
	}
	req, err := parseRequest(request, s.vars)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(s.ctx, answerWithin)
	defer cancel()
	resp, err := s.send(ctx, req)
	if err != nil {
		return nil, err
	}
	body, err := readAll(resp)
	if err != nil {
		return nil, err
	}
	return s.describe(resp, body, req.show), nil
}

func (s *session) send(ctx context.Context, r request) (*http.Response, error) {
	reference, err := url.Parse(r.path)
	if err != nil {
		return nil, err
	}
	target := *s.base
	target.Path = strings.TrimSuffix(s.base.Path, "/") + reference.Path
	target.RawPath, target.RawQuery = "", reference.RawQuery
	req, err := http.NewRequestWithContext(ctx, r.verb, target.String(), strings.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	if r.body == "" {
		req.Body = http.NoBody
	}
	req.Header = r.header
	return s.client.Do(req)
}

func readAll(resp *http.Response) ([]byte, error) {
	body, err := io.ReadAll(resp.Body)
	return body, errors.Join(err, resp.Body.Close())
}

// describe shows an answer: its warnings, its code, and a Status in words or an object.
func (s *session) describe(resp *http.Response, body []byte, show view) []string {
	var lines []string
	for _, warning := range resp.Header.Values("Warning") {
		lines = append(lines, answerMark+"warning "+s.symbols.text(warning))
	}
	var object map[string]any
	if err := utiljson.Unmarshal(body, &object); err != nil {
		text := strings.TrimSpace(string(body))
		return append(lines, fmt.Sprintf("%s%d %s", answerMark, resp.StatusCode, s.symbols.text(firstLine(text))))
	}
	s.last = object
	for _, line := range s.symbols.describe(object, show) {
		lines = append(lines, fmt.Sprintf("%s%d %s", answerMark, resp.StatusCode, line))
	}
	return lines
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// set keeps a field of the last object: SET NAME PATH.
func (s *session) set(words []string) error {
	if len(words) != 3 {
		return fmt.Errorf("%v: SET NAME PATH", words)
	}
	value, found, err := unstructured.NestedFieldNoCopy(s.last, strings.Split(words[2], ".")...)
	if err != nil || !found {
		// Left unset, so that the requests that need it go wrong where it shows.
		return nil //nolint:nilerr // see above
	}
	s.vars[words[1]] = fmt.Sprint(value)
	return nil
}

// watch opens a watch: WATCH NAME PATH.
func (s *session) watch(words, lines []string) ([]string, error) {
	if len(words) < 3 {
		return nil, fmt.Errorf("%v: WATCH NAME PATH", words)
	}
	lines = append([]string{strings.Join(append([]string{http.MethodGet}, words[2:]...), " ")}, lines[1:]...)
	req, err := parseRequest(lines, s.vars)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(req.path, "/watch/") {
		req.path = addQuery(req.path, "watch=true")
	}
	ctx, cancel := context.WithCancel(s.ctx)
	resp, err := s.send(ctx, req)
	if err != nil {
		cancel()
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		defer cancel()
		body, err := readAll(resp)
		return s.describe(resp, body, req.show), err
	}
	s.watches[words[1]] = startWatch(resp.Body, cancel, req.show)
	return []string{answerMark + strconv.Itoa(resp.StatusCode)}, nil
}

// read shows events: READ NAME COUNT, or READ NAME end for all up to the end of the stream.
func (s *session) read(words []string) ([]string, error) {
	if len(words) != 3 {
		return nil, fmt.Errorf("%v: READ NAME COUNT", words)
	}
	w := s.watches[words[1]]
	if w == nil {
		return []string{answerMark + "no such watch"}, nil
	}
	count, err := strconv.Atoi(words[2])
	if err != nil && words[2] != "end" {
		return nil, err
	}
	var lines []string
	for i := 0; words[2] == "end" || i < count; i++ {
		select {
		case e, ok := <-w.events:
			if !ok {
				return append(lines, answerMark+"end"), nil
			}
			for _, line := range s.symbols.describe(e.Object, w.show) {
				lines = append(lines, answerMark+e.Type+" "+line)
			}
		case <-time.After(patience):
			return append(lines, answerMark+"silence"), nil
		}
	}
	return lines, nil
}

func addQuery(path, parameter string) string {
	if strings.Contains(path, "?") {
		return path + "&" + parameter
	}
	return path + "?" + parameter
}

// How long an event and an answer may take. Servers that agree never let this pass.
const (
	patience     = 5 * time.Second
	answerWithin = 20 * time.Second
)
