package referee

// views adds steps that view the merged config, and steps that send a request with it.
func (g *generator) views() {
	view := []string{"config", "view", "-o", "json", "--raw"}
	g.set.steps = append(g.set.steps, view)
	more := append([]string{}, view[:4]...)
	if g.IntN(3) > 0 {
		more = append(more, "--raw")
	}
	if g.IntN(3) > 0 {
		more = append(more, "--minify")
	}
	if g.IntN(3) == 0 {
		more = append(more, "--flatten")
	}
	g.set.steps = append(g.set.steps,
		append(more, g.overrides(2)...),
		append([]string{"get", "--raw", "/probe"}, g.overrides(4)...),
		append([]string{"get", "--raw", "/probe"}, g.overrides(3)...))
}

// overrides returns random flags that override the files.
func (g *generator) overrides(odds int) []string {
	var flags []string
	for _, flag := range []string{"--context", "--cluster", "--user"} {
		if g.IntN(odds) == 0 {
			flags = append(flags, flag, g.name())
		}
	}
	if odds > 2 {
		switch g.IntN(8) {
		case 0:
			flags = append(flags, "--server", g.pick("$TLS", "$PLAIN/other"))
		case 1:
			flags = append(flags, "--token", "token-of-a-flag")
		case 2:
			flags = append(flags, "--as", "somebody", "--as-group", "some", "--as-group", "others")
		case 3:
			flags = append(flags, "--insecure-skip-tls-verify")
		case 4:
			flags = append(flags, "--certificate-authority", "$DIR/ca.crt")
		}
	}
	return flags
}

func (g *generator) edit() []string {
	switch g.IntN(9) {
	case 0, 1:
		return g.options([]string{"config", "set-cluster", g.name()},
			[]string{"--server", "https://new.example"}, []string{"--insecure-skip-tls-verify=true"},
			[]string{"--tls-server-name", "n.example"}, []string{"--proxy-url", "http://proxy.example"},
			[]string{"--certificate-authority", "$DIR/" + g.pick("ca.crt", "certs/ca.crt")},
			[]string{"--certificate-authority", "$DIR/ca.crt", "--embed-certs"})
	case 2, 3:
		return g.options([]string{"config", "set-credentials", g.name()},
			[]string{"--token", "new-token"}, []string{"--username", "u", "--password", "p"},
			[]string{"--client-certificate", "$DIR/ca.crt", "--client-key", "$DIR/token"},
			[]string{"--client-certificate", "$DIR/ca.crt", "--embed-certs"},
			[]string{"--exec-command", "new-login", "--exec-api-version", "client.authentication.k8s.io/v1", "--exec-arg", "a", "--exec-env", "K=v"})
	case 4:
		return g.options([]string{"config", "set-context", g.name()},
			[]string{"--cluster", g.name()}, []string{"--user", g.name()}, []string{"--namespace", "new"})
	case 5:
		return []string{"config", "use-context", g.name()}
	case 6:
		return []string{"config", g.pick("delete-context", "delete-cluster", "delete-user"), g.name()}
	case 7:
		return []string{"config", "rename-context", g.name(), g.pick("renamed", g.name())}
	default:
		return []string{"config", "set-context", "--current", "--namespace", "new"}
	}
}

// options adds the flags of one or two random groups.
func (g *generator) options(args []string, groups ...[]string) []string {
	first := g.IntN(len(groups))
	args = append(args, groups[first]...)
	if second := g.IntN(len(groups)); second != first && g.IntN(2) == 0 {
		args = append(args, groups[second]...)
	}
	return args
}
