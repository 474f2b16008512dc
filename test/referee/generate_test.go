package referee

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"sigs.k8s.io/yaml"
)

// set is a folder of kubeconfig files, and the commands to run on them. $DIR stands for the folder, $TLS and $PLAIN for the URLs of two
// servers, $CA for a certificate authority.
type set struct {
	seed     uint64
	files    map[string]string // below $DIR
	list     []string          // the files that $KUBECONFIG lists
	explicit bool              // the only file of list is passed as --kubeconfig
	steps    [][]string
	traits   []string // special properties, for knownDifference
}

type generator struct {
	*rand.Rand
	set   *set
	names []string // few, so that references match and names collide
}

func generate(seed uint64) *set {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 7)), set: &set{seed: seed, files: map[string]string{}}}
	for range 2 + g.IntN(3) {
		g.names = append(g.names, names[g.IntN(len(names))])
	}
	g.set.files["ca.crt"] = "$CA"
	g.set.files["certs/ca.crt"] = "$CA"
	g.set.files["sub/ca.crt"] = "$CA"
	g.set.files["token"] = "token-of-a-file"
	for i := range 1 + g.IntN(3) {
		g.file(i)
	}
	g.set.explicit = len(g.set.list) == 1 && g.IntN(2) == 0
	g.views()
	for range 1 + g.IntN(2) {
		g.set.steps = append(g.set.steps, g.edit())
	}
	return g.set
}

func (g *generator) addTrait(name string) { g.set.traits = append(g.set.traits, name) }

func (g *generator) file(i int) {
	name := fmt.Sprintf("config-%d", i)
	if g.IntN(4) == 0 {
		name = "sub/" + name
	}
	g.set.list = append(g.set.list, name)
	if g.IntN(12) == 0 {
		g.set.list = append(g.set.list, name) // named twice
	}
	switch g.IntN(32) {
	case 0: // missing
	case 1:
		g.set.files[name] = ""
	case 2:
		g.set.files[name] = "# nothing but a comment\n"
	case 3:
		g.set.files[name] = g.pick("users: [", "\x00\x01", "clusters: 3", "kind: Pod\napiVersion: v1\n", "- a\n- b\n",
			"current-context: 5\n", "apiVersion: v2\nkind: Config\n", "users: [{name: a, user: {client-key-data: '!'}}]\n",
			"a: *b\n", "contexts: {a: b}\n", "\t- x", "just a word")
		g.addTrait("broken")
	default:
		g.set.files[name] = g.encode(g.config())
	}
}

func (g *generator) pick(choices ...string) string { return choices[g.IntN(len(choices))] }

func (g *generator) encode(config map[string]any) string {
	data, err := json.MarshalIndent(config, "", " ")
	if err != nil {
		panic(err)
	}
	if g.IntN(5) == 0 {
		return string(data)
	}
	if data, err = yaml.JSONToYAML(data); err != nil {
		panic(err)
	}
	text := string(data)
	switch g.IntN(24) {
	case 0:
		text = "\ufeff" + text
	case 1:
		text = strings.ReplaceAll(text, "\n", "\r\n")
	case 2:
		text = "---\n" + text
	case 3:
		text = "# a comment\n" + text + "\n...\n"
	case 4:
		text += "---\ncurrent-context: second-document\n"
		g.addTrait("two documents")
	case 5:
		text = "x-anchor: &c {cluster: red, user: red}\n" + text
	}
	return text
}

var names = []string{
	"red", "blue", "green", "arn:aws:eks:eu-1:123:cluster/x", "me@there.example", "with space", "名前",
	"quote\"d", "true", "12", "null", "~", "a.b/c_d", "#hash", "UPPER",
}

func (g *generator) name() string { return g.names[g.IntN(len(g.names))] }

func (g *generator) config() map[string]any {
	config := map[string]any{}
	if g.IntN(3) > 0 {
		config["apiVersion"], config["kind"] = "v1", "Config"
	}
	if g.IntN(4) > 0 {
		config["current-context"] = g.name()
	}
	if g.IntN(4) == 0 {
		config["preferences"] = map[string]any{"colors": g.IntN(2) == 0}
	}
	if g.IntN(5) == 0 {
		config["unknown"] = map[string]any{"field": []int{1, 2}}
	}
	config["clusters"] = g.list(8, "cluster", g.cluster)
	config["users"] = g.list(8, "user", g.user)
	config["contexts"] = g.list(8, "context", g.context)
	for _, section := range []string{"clusters", "users", "contexts"} {
		switch g.IntN(20) {
		case 0:
			config[section] = nil
		case 1:
			delete(config, section)
		}
	}
	g.addExtensions(config)
	return config
}

func (g *generator) list(limit int, key string, entry func() map[string]any) []any {
	list, seen := []any{}, map[string]bool{}
	everyName := g.IntN(3) > 0 // use each name in turn
	for i := range max(len(g.names), g.IntN(limit)) {
		name := g.name()
		if everyName {
			name = g.names[i%len(g.names)]
		}
		if seen[name] && g.IntN(60) > 0 {
			continue
		}
		seen[name] = true
		named := map[string]any{"name": name, key: entry()}
		if g.IntN(25) == 0 {
			delete(named, key)
		}
		list = append(list, named)
	}
	return list
}

func (g *generator) addExtensions(in map[string]any) {
	if g.IntN(6) > 0 {
		return
	}
	in["extensions"] = []any{
		map[string]any{"name": g.name(), "extension": map[string]any{"last": 1.5, "by": g.oddText(), "list": []any{1, "2", nil}}},
		map[string]any{"name": "other", "extension": map[string]any{"kind": "Thing", "apiVersion": "x/v1"}},
	}
}

func (g *generator) oddText() string {
	return g.pick("plain", "with: colon", "tab\there", "line\nbreak", "ünïcode ✓", "'single' \"double\"", " spaces ", "{{x}}", "null",
		"0x10", "1e3", "yes", "back\\slash", "&amp <tag>", "%20")
}

func (g *generator) setOneIn(in map[string]any, key string, odds int, value any) {
	if g.IntN(odds) == 0 {
		in[key] = value
	}
}

func (g *generator) cluster() map[string]any {
	c := map[string]any{"server": g.pick("$TLS", "$TLS", "$TLS/prefix", "$PLAIN", "$PLAIN/prefix/", "$TLS/q?a=b", "$TLS", "$PLAIN", g.pick("127.0.0.1:1", ""))}
	if c["server"] == "" {
		delete(c, "server")
	}
	switch g.IntN(10) {
	case 0, 3:
		c["insecure-skip-tls-verify"] = true
	case 1:
		c["certificate-authority-data"] = base64.StdEncoding.EncodeToString([]byte("no certificate"))
	case 2:
		c["certificate-authority"] = g.pick("missing.crt", "$DIR/missing.crt")
	default:
		c["certificate-authority"] = g.pick("ca.crt", "ca.crt", "$DIR/ca.crt", "$DIR/ca.crt", "$DIR/certs/ca.crt", "./ca.crt", "../ca.crt")
	}
	g.setOneIn(c, "tls-server-name", 8, g.pick("example.com", "example.com", "wrong.example"))
	g.setOneIn(c, "proxy-url", 20, g.pick("http://127.0.0.1:1", "ftp://x", "socks5://user:pass@127.0.0.1:1"))
	g.setOneIn(c, "disable-compression", 8, true)
	g.addExtensions(c)
	return c
}

func (g *generator) user() map[string]any {
	u := map[string]any{}
	switch g.IntN(14) {
	case 0, 1, 2, 8, 9, 10, 11, 12:
		u["token"] = "token-" + g.pick("one", "two", "three")
	case 3:
		u["username"], u["password"] = g.name(), g.oddText()
	case 4:
		u["tokenFile"] = g.pick("token", "$DIR/token", "$DIR/token", "missing-token", "../token")
	case 5:
		u["exec"] = map[string]any{
			"apiVersion": "client.authentication.k8s.io/" + g.pick("v1", "v1beta1"), "command": g.pick("bin/login", "login", "/bin/login"),
			"args": []any{g.oddText()}, "env": []any{map[string]any{"name": "A", "value": g.oddText()}},
			"interactiveMode": g.pick("Never", "IfAvailable", "Sometimes"), "installHint": g.oddText(), "provideClusterInfo": g.IntN(2) == 0,
		}
	case 6:
		u["auth-provider"] = map[string]any{"name": "oidc", "config": map[string]any{"id": g.oddText(), "secret": "s"}}
	case 7:
		u["client-certificate"], u["client-key"] = g.pick("client.crt", "$DIR/client.crt"), "client.key"
	}
	g.setOneIn(u, "client-key-data", 12, base64.StdEncoding.EncodeToString([]byte("key")))
	g.setOneIn(u, "client-certificate-data", 30, base64.StdEncoding.EncodeToString([]byte("certificate")))
	g.setOneIn(u, "as", 6, g.name())
	g.setOneIn(u, "as-groups", 20, []string{"g1", g.oddText()})
	g.setOneIn(u, "as-uid", 24, "uid-1")
	g.setOneIn(u, "as-user-extra", 24, map[string][]string{"scope": {"a", "b"}})
	g.addExtensions(u)
	return u
}

func (g *generator) context() map[string]any {
	c := map[string]any{"cluster": g.name(), "user": g.name()}
	g.setOneIn(c, "namespace", 3, g.pick("default", "team-a", "team-b", "Not_A_Label"))
	if g.IntN(15) == 0 {
		delete(c, "user")
	}
	g.addExtensions(c)
	return c
}
