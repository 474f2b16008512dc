package differ

// kind is a resource that conversations are about.
type kind struct {
	paths   []string // of the collection, one for each version
	version []string // apiVersion of each path
	name    string
	// valid are fields that an object must have to be accepted.
	valid  []fieldValues
	fields []fieldValues
	status []fieldValues
	// sub are its subresources besides status.
	sub     []string
	cluster bool
}

const podSpec = `{"containers":[{"name":"c","image":"i"}]}`

// template is a pod template with the label app=x.
const template = `{"metadata":{"labels":{"app":"x"}},"spec":` + podSpec + `}`

// kinds returns all kinds that conversations are about.
func kinds() []kind {
	return []kind{configMaps(), secrets(), services(), pods(), deployments(), statefulSets(), namespaces(), leases(), gizmos()}
}

func core(plural string) []string { return []string{"/api/v1/namespaces/${ns}/" + plural} }

func apps(plural string) []string { return []string{"/apis/apps/v1/namespaces/${ns}/" + plural} }

func configMaps() kind {
	return kind{
		paths: core("configmaps"), version: []string{"v1"}, name: "ConfigMap",
		fields: []fieldValues{
			{"data", []string{`{"k":"v"}`, `{"k":"w","l":"x"}`, `{"k":1}`, `{"bad key":"v"}`, `{}`, `null`, `[]`}},
			{"binaryData", []string{`{"b":"aGk="}`, `{"k":"aGk="}`, `{"b":"!"}`}},
			{"immutable", []string{`true`, `false`, `"x"`}},
			{"unknown", []string{`1`}},
		},
	}
}

func secrets() kind {
	return kind{
		paths: core("secrets"), version: []string{"v1"}, name: "Secret",
		fields: []fieldValues{
			{"type", []string{`"Opaque"`, `"kubernetes.io/tls"`, `"kubernetes.io/basic-auth"`, `"example.com/own"`, `"kubernetes.io/dockerconfigjson"`}},
			{"data", []string{`{"k":"djE="}`, `{"tls.crt":"","tls.key":""}`, `{"k":"!!"}`, `{"bad key":""}`, `{"username":"YQ=="}`, `{".dockerconfigjson":"e30="}`}},
			{"stringData", []string{`{"s":"t"}`, `{"k":"over"}`, `{"s":1}`}},
			{"immutable", []string{`true`, `false`}},
		},
	}
}

func services() kind {
	return kind{
		paths: core("services"), version: []string{"v1"}, name: "Service",
		valid: []fieldValues{{"spec.ports", []string{`[{"port":80}]`, `[{"port":80,"name":"a"},{"port":81,"name":"b"}]`}}},
		fields: []fieldValues{
			{"spec.ports", []string{`[{"port":80}]`, `[{"port":0}]`, `[{"port":80},{"port":81}]`, `[]`, `[{"port":80,"targetPort":"web","protocol":"UDP"}]`, `[{"port":"x"}]`, `[{"port":80,"protocol":"X"}]`}},
			{"spec.selector", []string{`{"app":"x"}`, `{"bad key":"x"}`, `null`}},
			{"spec.type", []string{`"ClusterIP"`, `"NodePort"`, `"LoadBalancer"`, `"ExternalName"`, `"Other"`}},
			{"spec.clusterIP", []string{`"None"`, `"1.2.3"`, `""`}},
			{"spec.externalName", []string{`"example.com"`}},
			{"spec.sessionAffinity", []string{`"ClientIP"`, `"None"`, `"Other"`}},
			{"spec.externalTrafficPolicy", []string{`"Local"`, `"Cluster"`}},
			{"spec.internalTrafficPolicy", []string{`"Local"`}},
			{"spec.publishNotReadyAddresses", []string{`true`}},
		},
		status: []fieldValues{{"status.loadBalancer", []string{`{"ingress":[{"ip":"1.1.1.1"}]}`, `{}`}}},
	}
}

func pods() kind {
	return kind{
		paths: core("pods"), version: []string{"v1"}, name: "Pod", sub: []string{"eviction", "binding"},
		valid: []fieldValues{{"spec.containers", []string{`[{"name":"c","image":"i"}]`, `[{"name":"c","image":"r/i:v1","ports":[{"containerPort":80}]}]`}}},
		fields: []fieldValues{
			{"spec.containers", []string{`[]`, `[{"name":"c"}]`, `[{"name":"C_","image":"i"}]`, `[{"name":"c","image":"j"}]`, `[{"name":"c","image":"i"},{"name":"c","image":"i"}]`, `[{"name":"c","image":"i","env":[{"name":"A","value":"b"}]}]`, `[{"name":"c","image":"i","resources":{"requests":{"cpu":"1"},"limits":{"cpu":"2"}}}]`, `[{"name":"c","image":"i","livenessProbe":{"httpGet":{"port":80}}}]`}},
			{"spec.restartPolicy", []string{`"Never"`, `"Always"`, `"Sometimes"`}},
			{"spec.nodeName", []string{`"n1"`}},
			{"spec.terminationGracePeriodSeconds", []string{`0`, `5`, `-1`}},
			{"spec.activeDeadlineSeconds", []string{`10`, `5`, `0`}},
			{"spec.tolerations", []string{`[{"key":"k","operator":"Exists"}]`, `[{"key":"k","operator":"Bad"}]`}},
			{"spec.volumes", []string{`[{"name":"v","emptyDir":{}}]`, `[{"name":"v","configMap":{"name":"m"}}]`, `[{"name":"v"}]`, `[{"name":"v","secret":{"secretName":"s"}}]`}},
			{"spec.priorityClassName", []string{`"none"`}},
			{"spec.dnsPolicy", []string{`"Default"`, `"Bad"`}},
			{"spec.hostNetwork", []string{`true`}},
			{"spec.serviceAccountName", []string{`"sa"`}},
		},
		status: []fieldValues{
			{"status.phase", []string{`"Running"`, `"Succeeded"`}},
			{"status.conditions", []string{`[{"type":"Ready","status":"True"}]`}},
			{"status.podIP", []string{`"10.1.1.1"`}},
			{"status.message", []string{`"m"`}},
		},
	}
}

func workload() []fieldValues {
	return []fieldValues{
		{"spec.selector", []string{`{"matchLabels":{"app":"x"}}`}},
		{"spec.template", []string{template}},
	}
}

func workloadFields() []fieldValues {
	return []fieldValues{
		{"spec.replicas", []string{`0`, `3`, `-1`, `"x"`, `null`}},
		{"spec.selector", []string{`{"matchLabels":{"app":"y"}}`, `{}`, `{"matchLabels":{"app":"x"}}`}},
		{"spec.template", []string{template, `{"metadata":{"labels":{"app":"z"}},"spec":` + podSpec + `}`, `{"metadata":{"labels":{"app":"x"}}}`}},
		{"spec.template.spec.containers", []string{`[{"name":"c","image":"j"}]`, `[{"name":"d","image":"j"}]`}},
		{"spec.template.metadata.annotations", []string{`{"t":"1"}`}},
		{"spec.minReadySeconds", []string{`5`, `-1`}},
		{"spec.revisionHistoryLimit", []string{`2`, `-1`}},
	}
}

func deployments() kind {
	return kind{
		paths: apps("deployments"), version: []string{"apps/v1"}, name: "Deployment", sub: []string{"scale"},
		valid: workload(),
		fields: append(workloadFields(),
			fieldValues{"spec.strategy", []string{`{"type":"Recreate"}`, `{"type":"Other"}`, `{"rollingUpdate":{"maxSurge":1}}`, `{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}`}},
			fieldValues{"spec.paused", []string{`true`}},
			fieldValues{"spec.progressDeadlineSeconds", []string{`100`, `3`}},
		),
		status: []fieldValues{
			{"status.replicas", []string{`1`, `-1`}},
			{"status.readyReplicas", []string{`1`}},
			{"status.observedGeneration", []string{`1`}},
			{"status.conditions", []string{`[{"type":"Available","status":"True"}]`}},
		},
	}
}

func statefulSets() kind {
	return kind{
		paths: apps("statefulsets"), version: []string{"apps/v1"}, name: "StatefulSet", sub: []string{"scale"},
		valid: append(workload(), fieldValues{"spec.serviceName", []string{`"s"`}}),
		fields: append(workloadFields(),
			fieldValues{"spec.podManagementPolicy", []string{`"Parallel"`, `"Bad"`}},
			fieldValues{"spec.updateStrategy", []string{`{"type":"OnDelete"}`, `{"type":"Bad"}`, `{"rollingUpdate":{"partition":2}}`}},
			fieldValues{"spec.serviceName", []string{`"t"`}},
			fieldValues{"spec.volumeClaimTemplates", []string{`[{"metadata":{"name":"d"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}]`}},
		),
		status: []fieldValues{{"status.replicas", []string{`1`, `-1`}}, {"status.readyReplicas", []string{`1`, `5`}}, {"status.observedGeneration", []string{`1`}}},
	}
}

func namespaces() kind {
	return kind{
		paths: []string{"/api/v1/namespaces"}, version: []string{"v1"}, name: "Namespace", cluster: true, sub: []string{"finalize"},
		fields: []fieldValues{
			{"spec.finalizers", []string{`[]`, `["example.com/x"]`, `["kubernetes"]`, `["bad"]`}},
			{"spec", []string{`{}`, `null`}},
		},
		status: []fieldValues{{"status.phase", []string{`"Terminating"`, `"Active"`, `"Other"`}}},
	}
}

func leases() kind {
	return kind{
		paths: []string{"/apis/coordination.k8s.io/v1/namespaces/${ns}/leases"}, version: []string{"coordination.k8s.io/v1"}, name: "Lease",
		fields: []fieldValues{
			{"spec.holderIdentity", []string{`"me"`, `"you"`, `""`, `null`}},
			{"spec.leaseDurationSeconds", []string{`15`, `0`, `-1`, `"x"`}},
			{"spec.renewTime", []string{`"2026-01-02T03:04:05.678901Z"`, `"soon"`, `"2026-01-02T03:04:05Z"`}},
			{"spec.leaseTransitions", []string{`1`, `-1`}},
			{"spec", []string{`null`, `{}`}},
		},
	}
}

func gizmos() kind {
	const group = "conformance.typewright.dev/"
	path := func(version string) string { return "/apis/" + group + version + "/namespaces/${ns}/gizmos" }
	return kind{
		paths: []string{path("v1"), path("v1"), path("v1beta1")}, version: []string{group + "v1", group + "v1", group + "v1beta1"}, name: "Gizmo",
		sub:   []string{"scale"},
		valid: []fieldValues{{"spec", []string{`{}`, `{"replicas":1}`, `{"mode":"fast"}`}}},
		fields: []fieldValues{
			{"spec.mode", []string{`"fast"`, `"slow"`, `"odd"`, `null`, `1`}},
			{"spec.replicas", []string{`0`, `2`, `-1`, `101`, `1.5`, `"2"`, `null`, `3000000000`}},
			{"spec.big", []string{`9007199254740993`, `-9223372036854775808`, `1e3`, `null`}},
			{"spec.ratio", []string{`1`, `0.5`, `1.0`, `"x"`}},
			{"spec.port", []string{`80`, `"http"`, `1.5`, `true`, `[]`, `{}`, `null`}},
			{"spec.limit", []string{`10`, `"10m"`, `"x"`, `true`}},
			{"spec.enabled", []string{`false`, `true`, `null`, `"yes"`}},
			{"spec.name", []string{`"abc"`, `"ABC"`, `""`, `"abcdefghij"`, `null`}},
			{"spec.note", []string{`"n"`, `null`}},
			{"spec.word", []string{`"w"`, `null`}},
			{"spec.set", []string{`["a","b"]`, `["a","a"]`, `[]`, `[1]`, `["a","b","c","d"]`}},
			{"spec.free", []string{`{"known":"x","other":{"y":1}}`, `{"known":1}`, `{}`, `{"a":null}`}},
			{"spec.table", []string{`{"a":1}`, `{"a":"x"}`, `{"a":1,"b":2,"c":3}`, `{"a":null}`}},
			{"spec.inner", []string{`{}`, `{"depth":4}`, `{"label":"l","extra":1}`, `null`, `[]`}},
			{"spec.rows", []string{`[{"key":"a"}]`, `[{"key":"a","count":2},{"key":"b"}]`, `[{"key":"a"},{"key":"a"}]`, `[{"count":1}]`, `[{"key":"a","x":1}]`, `[null]`}},
			{"spec.object", []string{`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}`, `{"kind":"Pod"}`, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","odd":1}}`, `{"apiVersion":"v1","kind":"Pod","metadata":{"labels":1}}`, `{"apiVersion":"v1","kind":"Pod","spec":{"a":1}}`}},
			{"spec.whole", []string{`{"a":"1"}`, `{"b":"2"}`}},
			{"spec.unknown", []string{`1`}},
			{"unknown", []string{`{}`}},
			{"status", []string{`{"phase":"Mine"}`, `null`}},
		},
		status: []fieldValues{{"status.phase", []string{`"Up"`, `"Down"`, `1`, `null`}}, {"status.replicas", []string{`1`, `"x"`}}, {"status", []string{`null`, `{}`}}, {"status.odd", []string{`1`}}},
	}
}
