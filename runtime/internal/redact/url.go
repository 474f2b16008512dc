package redact

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// hidden stands for a secret within a URL, as in net/url.
const hidden = "xxxxx"

// shownParameters are the query parameters of the Kubernetes API, whose values are no secret. The command of an exec is
// left out: people put passwords into commands.
var shownParameters = set(
	"allowWatchBookmarks", "as", "container", "continue", "dryRun", "fieldManager", "fieldSelector", "fieldValidation", "follow", "force",
	"gracePeriodSeconds", "ignoreStoreReadErrorWithClusterBreakingPotential", "includeObject", "insecureSkipTLSVerifyBackend",
	"labelSelector", "limit", "limitBytes", "orphanDependents", "path", "ports", "pretty", "previous", "propagationPolicy",
	"resourceVersion", "resourceVersionMatch", "sendInitialEvents", "shardSelector", "sinceSeconds", "sinceTime", "stderr", "stdin",
	"stdout", "stream", "tailLines", "timeout", "timeoutSeconds", "timestamps", "tty", "verbose", "watch",
)

func set(names ...string) map[string]bool {
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	return all
}

// URL is u without what may be secret: the password, or the user name where there is no password; the values of query
// parameters that the Kubernetes API does not know; the fragment.
func URL(u *url.URL) string {
	if u == nil {
		return ""
	}
	safe := *u
	if safe.User != nil {
		if _, both := safe.User.Password(); both {
			safe.User = url.UserPassword(safe.User.Username(), hidden)
		} else {
			safe.User = url.User(hidden)
		}
	}
	safe.RawQuery = query(safe.RawQuery)
	if safe.Fragment != "" {
		safe.Fragment, safe.RawFragment = hidden, ""
	}
	if safe.Opaque != "" {
		safe.Opaque = hidden
	}
	return safe.String()
}

// query hides the values of parameters that are not known. What has no value may be a value itself.
func query(raw string) string {
	if raw == "" {
		return ""
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		switch {
		case shownParameters[name] && !strings.Contains(value, ";") || found && value == "": // some take ; for &
		case found:
			pairs[i] = name + "=" + hidden
		case name != "":
			pairs[i] = hidden
		}
	}
	return strings.Join(pairs, "&")
}

// Address is [URL] for what people write into configurations: a URL, a host, or a host and a port. What cannot be parsed is
// hidden as a whole.
func Address(text string) string {
	if !strings.ContainsAny(text, "@?#") {
		return text // there is nothing to hide, and nothing changes
	}
	prefix := ""
	if !strings.Contains(text, "://") {
		prefix = "//"
	}
	u, err := url.Parse(prefix + text)
	if err != nil {
		return Text
	}
	return strings.TrimPrefix(URL(u), prefix)
}

// ParseURL is url.Parse with errors that quote nothing: a slash or an @ in a password moves where its parts end, so that
// what url.Parse quotes as a port is part of a password.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("it is not a valid URL: characters with a meaning in URLs, in a password for example, are written as %XX")
	}
	return u, nil
}

// Error hides secrets in the URLs of the url.Error that err is, as [URL] does, and in those below it. Other errors, and
// what they wrap, stay as they are.
func Error(err error) error {
	failed, ok := err.(*url.Error) //nolint:errorlint // an error that wraps it has made its text already
	if !ok {
		return err
	}
	safe := *failed
	safe.Err = Error(failed.Err)
	if failed.Op == "parse" {
		_, safe.Err = ParseURL(failed.URL)
		if safe.Err == nil { // it was another function's idea of a URL
			safe.Err = fmt.Errorf("%T", failed.Err)
		}
	}
	safe.URL = Address(failed.URL)
	if strings.Contains(failed.URL, ":***@") { // net/http has hidden it already
		safe.URL = strings.Replace(safe.URL, ":"+hidden+"@", ":***@", 1)
	}
	return &safe
}
