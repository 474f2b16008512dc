package rest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// onlyReader hides every method of a reader except Read.
type onlyReader struct{ io.Reader }

func TestBodies(t *testing.T) {
	file := filepath.Join(t.TempDir(), "body")
	require.NoError(t, os.WriteFile(file, []byte("body"), 0o600))
	opened, err := os.Open(file)
	require.NoError(t, err)
	defer opened.Close()
	notAtBeginning := strings.NewReader("in front of the body")
	_, err = notAtBeginning.Seek(int64(len("in front of the ")), io.SeekStart)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		body      any
		hasLength bool // whether the request has a Content-Length
		times     int  // how often it is sent if the server refuses it twice
	}{
		"bytes":                          {[]byte("body"), true, 3},
		"the name of a file":             {file, true, 3},
		"a buffer":                       {bytes.NewBufferString("body"), true, 3},
		"a reader of a string":           {strings.NewReader("body"), true, 3},
		"a reader, not at its beginning": {notAtBeginning, true, 3},
		"a file":                         {opened, false, 3},
		"a stream":                       {onlyReader{strings.NewReader("body")}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			times := 0
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				times++
				text, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, "body", string(text))
				assert.Equal(t, test.hasLength, r.ContentLength == int64(len(text)))
				if times < 3 {
					w.Header().Set("Retry-After", "0")
					w.WriteHeader(http.StatusTooManyRequests)
				}
			})
			_ = client.Post().Resource("pods").Body(test.body).Do(t.Context()).Error()
			assert.Equal(t, test.times, times)
		})
	}
}

func TestBodiesThatCannotBeSent(t *testing.T) {
	client := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	require.ErrorIs(t, client.Post().Body(filepath.Join(t.TempDir(), "missing")).Do(t.Context()).Error(), os.ErrNotExist)

	errBroken := errors.New("broken seeker")
	client = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	err := client.Post().Resource("pods").Body(&brokenSeeker{Reader: strings.NewReader("x"), err: errBroken}).Do(t.Context()).Error()
	require.ErrorIs(t, err, errBroken)
	require.NoError(t, client.Get().Body((*corev1.Pod)(nil)).Error(), "a nil pointer is no body")
}

type brokenSeeker struct {
	io.Reader

	err error
}

func (b *brokenSeeker) Seek(_ int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		return 0, b.err
	}
	return 0, nil
}
