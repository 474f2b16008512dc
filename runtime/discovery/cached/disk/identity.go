package disk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/typewright/typewright/runtime/internal/credfile"
	"github.com/typewright/typewright/runtime/rest"
)

// digest hashes named parts unambiguously. Secrets go in together with much else, and only the hash is stored.
type digest struct{ hash.Hash }

func newDigest() digest { return digest{sha256.New()} }

// add adds a part, which has a name and values.
func (d digest) add(name string, values ...string) {
	fmt.Fprintf(d, "%d %q", len(values), name)
	for _, value := range values {
		fmt.Fprintf(d, " %d:%s", len(value), value)
	}
}

func (d digest) String() string { return hex.EncodeToString(d.Sum(nil)) }

// identityOf identifies the server and the user of a configuration by all its fields about them. It returns "" if the
// configuration has a Transport, which hides the user.
func identityOf(config *rest.Config) string {
	if config.Transport != nil {
		return ""
	}
	sum := newDigest()
	sum.add("server", config.Host, config.ServerName, strconv.FormatBool(config.Insecure))
	sum.add("basic", config.Username, config.Password)
	sum.add("token", config.BearerToken, config.BearerTokenFile, content(config.BearerTokenFile))
	sum.add("certificate", string(config.CertData), config.CertFile, content(config.CertFile))
	as := config.Impersonate
	sum.add("impersonate", as.UserName, as.UID)
	sum.add("groups", as.Groups...)
	for _, key := range slices.Sorted(maps.Keys(as.Extra)) {
		sum.add(key, as.Extra[key]...)
	}
	if plugin := config.ExecProvider; plugin != nil {
		sum.add("plugin", plugin.APIVersion, plugin.Command)
		sum.add("arguments", plugin.Args...)
		for _, variable := range plugin.Env {
			sum.add("variable", variable.Name, variable.Value)
		}
	}
	if provider := config.AuthProvider; provider != nil {
		sum.add("provider", provider.Name)
		for _, key := range slices.Sorted(maps.Keys(provider.Config)) {
			sum.add(key, provider.Config[key])
		}
	}
	return sum.String()
}

// content returns the content of a file of credentials, or "" if it cannot be read; the client reports that error.
func content(path string) string {
	if path == "" {
		return ""
	}
	data, err := credfile.Read(path)
	if err != nil {
		return ""
	}
	return string(data)
}

// keyOf identifies a request by identity, URL, and the headers that say who sends it and what it accepts.
func keyOf(identity string, req *http.Request) string {
	sum := newDigest()
	sum.add("identity", identity)
	sum.add("url", req.URL.String(), req.Host)
	sum.add("Accept", req.Header.Values("Accept")...)
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		if name == "Authorization" || name == "Cookie" || strings.HasPrefix(name, "Impersonate-") || strings.HasPrefix(name, "X-Remote-") {
			sum.add(name, req.Header[name]...)
		}
	}
	return "typewright-" + sum.String()
}

// varyOf returns a hash of the request's headers that the response names in Vary. It returns "" for "*", which matches
// no other request.
func varyOf(response, request http.Header) string {
	sum := newDigest()
	for _, name := range elements(response, "Vary") {
		if name == "*" {
			return ""
		}
		sum.add(strings.ToLower(name), request.Values(name)...)
	}
	return sum.String()
}

// elements returns the elements of a header that is a list, from all its lines.
func elements(header http.Header, name string) []string {
	var parts []string
	for _, line := range header.Values(name) {
		for part := range strings.SplitSeq(line, ",") {
			if part = strings.TrimSpace(part); part != "" {
				parts = append(parts, part)
			}
		}
	}
	return parts
}
