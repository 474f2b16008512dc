package rest

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/klog/v2"
)

// logBody logs what a request carries, or its answer, from verbosity 8 on: the first kilobyte of it, ten from 9 on, and all
// from 10 on. Bytes that are no text are dumped. What holds credentials is counted, not shown: Secrets, tokens and
// certificates that are asked for. It has to be called by the method that a program calls, whose caller the line names.
func (r *Request) logBody(ctx context.Context, what string, body []byte) {
	const ofTheCaller = 2
	logger := klog.FromContext(ctx)
	if !logger.V(8).Enabled() || len(body) == 0 && what == "Request Body" {
		return
	}
	logger.V(8).WithCallDepth(ofTheCaller).Info(what, "body", r.printable(logger, body))
}

func (r *Request) printable(logger klog.Logger, body []byte) string {
	if r.holdsSecrets(body) {
		return fmt.Sprintf("<masked: %d bytes>", len(body))
	}
	limit := len(body)
	switch {
	case logger.V(10).Enabled():
	case logger.V(9).Enabled():
		limit = 10 << 10
	default:
		limit = 1 << 10
	}
	text := string(body)
	if !isText(body) {
		text = hex.Dump(body)
	}
	if limit < len(text) && limit < len(body) {
		return fmt.Sprintf("%s [truncated %d chars]", text[:limit], len(text)-limit)
	}
	return text
}

// secretKinds finds objects that are credentials, or hold them, in JSON.
var secretKinds = regexp.MustCompile(`"kind"\s*:\s*"(Secret|SecretList|TokenRequest|TokenReview|ExecCredential)"`)

// holdsSecrets reports whether a body of the request, or its answer, can hold credentials.
func (r *Request) holdsSecrets(body []byte) bool {
	segments := strings.Split(r.target.path(), "/")
	if slices.ContainsFunc([]string{"secrets", "token", "tokenrequests", "tokenreviews"}, func(name string) bool { return slices.Contains(segments, name) }) {
		return true
	}
	if !isText(body) {
		return bytes.Contains(body, []byte("Secret")) || bytes.Contains(body, []byte("Token"))
	}
	return secretKinds.Match(body)
}

func isText(body []byte) bool {
	return !bytes.ContainsFunc(body, func(c rune) bool { return c < '\n' && c != '\t' })
}
