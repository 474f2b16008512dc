package kubectl

// kind is a resource that sequences are about.
type kind struct {
	// names are its names for kubectl. The first one is the singular.
	names            []string
	apiVersion, kind string
	// bodies are the fields of manifests besides the metadata, in YAML. The first one makes a simple object.
	bodies []string
	// odd are bodies that servers refuse, or accept with a warning.
	odd []string
	// create are command lines that make an object without a manifest. $N is its name.
	create []string
	// merge, json and strategic are patches of each type.
	merge, json, strategic []string
	// paths are fields for jsonpath, custom-columns and wait.
	paths []string
	// own are commands that only this kind has, such as "kubectl set image".
	own []string
	// edits are scripts for sed that change what "get -o yaml" prints.
	edits []string
	// state are the resources whose objects are compared after the last step.
	state   []string
	scales  bool
	cluster bool
}

const container = `{name: c, image: "i:v1"}`

// template is a pod template with the label app=x.
const template = `template: {metadata: {labels: {app: x}}, spec: {containers: [` + container + `]}}`

// kinds returns all kinds that sequences are about. A kind that is chosen more often is there more than once.
func kinds() []kind {
	return []kind{configMaps(), secrets(), services(), pods(), deployments(), deployments(), namespaces(), widgets(), widgets()}
}

func configMaps() kind {
	return kind{
		names: []string{"configmap", "cm", "configmaps"}, apiVersion: "v1", kind: "ConfigMap",
		bodies: []string{"data: {k: v}", "data: {k: w, l: x}", "data: {}", "data: {k: v}\nbinaryData: {b: aGk=}", "data: {k: v}\nimmutable: true", "data: {k: |\n  one\n  two\n  }"},
		odd:    []string{"data: {k: 1}", "data: [a]", "data: {k: v}\nunknown: 1", `data: {"bad key": v}`, "data: {k: v, k: w}", "immutable: x"},
		create: []string{"kubectl create configmap $N --from-literal=k=v --from-literal=l=x", "kubectl create cm $N", "kubectl create cm $N --from-literal=k"},
		merge:  []string{`{"data":{"k":"x"}}`, `{"data":{"k":null}}`, `{"data":null}`, `{"data":{"k":1}}`, `{"immutable":true}`},
		json:   []string{`[{"op":"replace","path":"/data/k","value":"z"}]`, `[{"op":"remove","path":"/data/l"}]`, `[{"op":"add","path":"/data","value":{"n":"m"}}]`, `[{"op":"test","path":"/data/k","value":"v"}]`},
		paths:  []string{".data.k", ".data", ".immutable"},
		edits:  []string{"s/k: v/k: edited/", "/k: /d"},
		state:  []string{"v1/configmaps"},
	}
}

func secrets() kind {
	return kind{
		names: []string{"secret", "secrets"}, apiVersion: "v1", kind: "Secret",
		bodies: []string{"data: {k: djE=}", "stringData: {s: t, k: v}", "type: example.com/own\ndata: {k: djE=}", "type: kubernetes.io/basic-auth\nstringData: {username: u, password: p}", "data: {k: djE=}\nimmutable: true"},
		odd:    []string{"data: {k: '!!'}", "type: kubernetes.io/tls\ndata: {}", "stringData: {s: 1}", "data: {k: djE=}\nunknown: 1"},
		create: []string{"kubectl create secret generic $N --from-literal=k=v1", "kubectl create secret docker-registry $N --docker-username=u --docker-password=p --docker-server=example.com", "kubectl create secret generic $N --type=kubernetes.io/tls"},
		merge:  []string{`{"data":{"k":"djI="}}`, `{"stringData":{"k":"x"}}`, `{"data":{"k":null}}`, `{"type":"example.com/other"}`},
		json:   []string{`[{"op":"replace","path":"/data/k","value":"djM="}]`, `[{"op":"remove","path":"/data/none"}]`},
		paths:  []string{".data.k", ".type"},
		edits:  []string{"s/k: djE=/k: djI=/", "s/type: .*/type: example.com\\/other/"},
		state:  []string{"v1/secrets"},
	}
}

func services() kind {
	return kind{
		names: []string{"service", "svc", "services"}, apiVersion: "v1", kind: "Service",
		bodies: []string{
			"spec: {selector: {app: x}, ports: [{port: 80}]}", "spec: {ports: [{port: 80, name: a}, {port: 81, name: b, targetPort: web}]}",
			"spec: {type: NodePort, ports: [{port: 80}]}", "spec: {clusterIP: None, selector: {app: x}}", "spec: {type: ExternalName, externalName: example.com}",
			"spec: {type: LoadBalancer, ports: [{port: 443, protocol: TCP}]}",
		},
		odd:       []string{"spec: {ports: [{port: 0}]}", "spec: {ports: []}", "spec: {ports: [{port: 80}, {port: 81}]}", "spec: {type: Other, ports: [{port: 80}]}", "spec: {ports: [{port: 80, unknown: 1}]}"},
		create:    []string{"kubectl create service clusterip $N --tcp=80:8080", "kubectl create svc nodeport $N --tcp=80", "kubectl create service externalname $N --external-name=example.com"},
		merge:     []string{`{"spec":{"selector":{"app":"y"}}}`, `{"spec":{"type":"NodePort"}}`, `{"spec":{"clusterIP":"10.0.0.77"}}`, `{"spec":{"sessionAffinity":"ClientIP"}}`},
		json:      []string{`[{"op":"replace","path":"/spec/ports/0/port","value":90}]`, `[{"op":"remove","path":"/spec/ports/0"}]`},
		strategic: []string{`{"spec":{"ports":[{"port":80,"targetPort":99}]}}`, `{"spec":{"ports":[{"port":82,"name":"n"}]}}`},
		paths:     []string{".spec.ports[*].port", ".spec.type", ".spec.selector"},
		own:       []string{"kubectl set selector svc $N app=z", "kubectl patch svc $N --subresource=status --type=merge -p '{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"1.1.1.1\"}]}}}'"},
		edits:     []string{"s/port: 80/port: 88/", "s/app: x/app: v/", "s/type: ClusterIP/type: NodePort/"},
		state:     []string{"v1/services"},
	}
}

func pods() kind {
	return kind{
		names: []string{"pod", "po", "pods"}, apiVersion: "v1", kind: "Pod",
		bodies: []string{
			"spec: {containers: [" + container + "]}", `spec: {containers: [{name: c, image: "i:v1", ports: [{containerPort: 80}], env: [{name: A, value: b}]}]}`,
			`spec: {restartPolicy: Never, containers: [` + container + `, {name: d, image: j}]}`, `spec: {nodeName: n1, containers: [` + container + `]}`,
			`spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: "1"}}}], initContainers: [{name: b, image: i}]}`,
		},
		odd:       []string{"spec: {containers: []}", "spec: {containers: [{name: c}]}", "spec: {containers: [{name: C_, image: i}]}", "spec: {containers: [{name: c, image: i, unknown: 1}]}", "spec: {containers: [{name: c, image: i, resources: {limits: {cpu: x}}}]}"},
		create:    []string{"kubectl run $N --image=i:v1", "kubectl run $N --image=i --port=80 --env=A=b --labels=app=x --restart=Never", "kubectl run $N --image=i --command -- sh -c true", "kubectl run $N --image=i --port=80 --expose"},
		merge:     []string{`{"metadata":{"labels":{"app":"y"}}}`, `{"spec":{"activeDeadlineSeconds":5}}`, `{"spec":{"nodeName":"n2"}}`},
		json:      []string{`[{"op":"replace","path":"/spec/containers/0/image","value":"j"}]`, `[{"op":"remove","path":"/spec/containers/0"}]`},
		strategic: []string{`{"spec":{"containers":[{"name":"c","image":"k"}]}}`, `{"spec":{"containers":[{"name":"e","image":"k"}]}}`, `{"spec":{"$setElementOrder/containers":[{"name":"c"}],"containers":[{"name":"c","image":"l"}]}}`},
		paths:     []string{".spec.containers[*].image", ".status.phase", ".spec.nodeName", ".status.qosClass"},
		own: []string{
			"kubectl set image pod/$N c=i:v2", "kubectl wait --for=condition=Ready pod/$N --timeout=1s", "kubectl expose pod $N --port=80", "kubectl logs $N",
			"kubectl patch pod $N --subresource=status --type=merge -p '{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}'",
			"kubectl delete pod $N --grace-period=0 --force --timeout=1s", "kubectl delete pod $N --now --timeout=1s", "kubectl get pod $N --subresource=status -o jsonpath={.status.phase}", "kubectl set env pod/$N A=c",
		},
		edits: []string{"s/image: i:v1/image: i:v9/", "s/name: c$/name: z/", "s/restartPolicy: Always/restartPolicy: Never/"},
		state: []string{"v1/pods", "v1/services"},
	}
}

func deployments() kind {
	return kind{
		names: []string{"deployment", "deploy", "deployments.apps"}, apiVersion: "apps/v1", kind: "Deployment",
		bodies: []string{
			"spec: {selector: {matchLabels: {app: x}}, " + template + "}", "spec: {replicas: 3, selector: {matchLabels: {app: x}}, " + template + "}",
			`spec: {selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: [` + container + `, {name: d, image: j, ports: [{containerPort: 80}, {containerPort: 81}]}]}}}`,
			"spec: {replicas: 0, paused: true, strategy: {type: Recreate}, selector: {matchLabels: {app: x}}, " + template + "}",
		},
		odd: []string{
			"spec: {selector: {matchLabels: {app: other}}, " + template + "}", "spec: {replicas: -1, selector: {matchLabels: {app: x}}, " + template + "}", "spec: {" + template + "}",
			"spec: {replica: 2, selector: {matchLabels: {app: x}}, " + template + "}", "spec: {replicas: two, selector: {matchLabels: {app: x}}, " + template + "}",
		},
		create:    []string{"kubectl create deployment $N --image=i:v1", "kubectl create deploy $N --image=i --image=j:v2 --replicas=2", "kubectl create deployment $N --image=i --port=80 -- sleep 1"},
		merge:     []string{`{"spec":{"replicas":4}}`, `{"spec":{"paused":true}}`, `{"spec":{"selector":{"matchLabels":{"app":"q"}}}}`, `{"spec":{"replicas":null}}`, `{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}`},
		json:      []string{`[{"op":"replace","path":"/spec/replicas","value":5}]`, `[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"n","image":"m"}}]`, `[{"op":"remove","path":"/spec/template/spec/containers/0"}]`},
		strategic: []string{`{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"k"}]}}}}`, `{"spec":{"template":{"spec":{"containers":[{"name":"e","image":"k"}]}}}}`, `{"spec":{"template":{"spec":{"containers":[{"name":"c","$patch":"delete"}]}}}}`, `{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}`},
		paths:     []string{".spec.replicas", ".spec.template.spec.containers[*].name", ".metadata.generation", ".status.observedGeneration"},
		own: []string{
			"kubectl set image deployment/$N c=i:v2", "kubectl set image deploy/$N '*=all'", "kubectl set image deploy/$N nope=i", "kubectl set env deployment/$N A=b", "kubectl set env deployment/$N --list",
			"kubectl set resources deployment $N --limits=cpu=200m,memory=64Mi", "kubectl set serviceaccount deployment $N robot", "kubectl rollout status deployment/$N --timeout=1s", "kubectl rollout history deployment/$N",
			"kubectl rollout pause deployment/$N", "kubectl rollout resume deployment/$N", "kubectl rollout undo deployment/$N", "kubectl wait --for=condition=Available deployment/$N --timeout=1s", "kubectl expose deployment $N --port=80 --target-port=8080",
			"kubectl patch deployment $N --subresource=status --type=merge -p '{\"status\":{\"observedGeneration\":9,\"replicas\":1,\"updatedReplicas\":1,\"availableReplicas\":1,\"readyReplicas\":1}}'",
			"kubectl get deployment $N --subresource=scale", "kubectl get deployment $N --subresource=scale -o yaml", "kubectl autoscale deployment $N --max=3 --dry-run=client -o yaml",
		},
		edits:  []string{"s/image: i:v1/image: i:v9/", "s/replicas: 1/replicas: 2/", "s/name: c$/name: z/", "s/app: x/app: w/"},
		state:  []string{"apps/v1/deployments", "v1/services"},
		scales: true,
	}
}

func namespaces() kind {
	return kind{
		names: []string{"namespace", "ns", "namespaces"}, apiVersion: "v1", kind: "Namespace", cluster: true,
		bodies: []string{"", "spec: {finalizers: [kubernetes]}"},
		odd:    []string{"spec: {unknown: 1}", "spec: {finalizers: [bad]}"},
		create: []string{"kubectl create namespace $N", "kubectl create ns $N --dry-run=server"},
		merge:  []string{`{"metadata":{"labels":{"app":"y"}}}`, `{"spec":{"finalizers":[]}}`, `{"metadata":{"labels":{"kubernetes.io/metadata.name":"other"}}}`},
		json:   []string{`[{"op":"add","path":"/metadata/annotations","value":{"a":"b"}}]`},
		paths:  []string{".status.phase", ".spec.finalizers"},
		own:    []string{"kubectl wait --for=jsonpath={.status.phase}=Active ns/$N --timeout=1s", "kubectl -n $N create configmap inner --from-literal=k=v", "kubectl get configmap inner -n $N -o jsonpath={.data}"},
		edits:  []string{"s/- kubernetes/- example.com\\/own/"},
		state:  []string{"v1/namespaces"},
	}
}

func widgets() kind {
	return kind{
		names: []string{"widget", "wd", "widgets.conformance.typewright.dev"}, apiVersion: "conformance.typewright.dev/v1", kind: "Widget",
		bodies: []string{
			"spec: {color: green, replicas: 2}", "spec: {}", "spec: {size: 3, tags: [a, b], labels: {x: v}}", "spec: {parts: [{name: p}, {name: q, count: 2}], path: [a, b]}",
			"spec: {note: null, color: blue}", "spec: {color: red, note: hello}",
		},
		odd:   []string{"spec: {color: pink}", "spec: {size: -1}", "spec: {size: big}", "spec: {colour: red}", "spec: {parts: [{count: 1}]}", "spec: {parts: [{name: p}, {name: p}]}", "spec: {tags: [a, a]}", "spec: {note: a note that is too long for it}"},
		merge: []string{`{"spec":{"color":"blue"}}`, `{"spec":{"color":null}}`, `{"spec":{"color":"pink"}}`, `{"spec":{"parts":[{"name":"z"}]}}`, `{"spec":{"odd":1}}`, `{"spec":{"replicas":4}}`},
		json:  []string{`[{"op":"replace","path":"/spec/color","value":"blue"}]`, `[{"op":"remove","path":"/spec/size"}]`, `[{"op":"add","path":"/spec/tags","value":["t"]}]`},
		paths: []string{".spec.color", ".spec.parts[*].name", ".status.phase", ".metadata.generation"},
		own: []string{
			"kubectl wait --for=jsonpath={.status.phase}=Ready widget/$N --timeout=1s", "kubectl patch widget $N --subresource=status --type=merge -p '{\"status\":{\"phase\":\"Ready\",\"replicas\":2}}'",
			"kubectl get widget $N --subresource=status -o jsonpath={.status}", "kubectl get widget $N --subresource=scale", "kubectl get widgets --field-selector spec.color=red -o name", "kubectl get widgets --field-selector spec.size=3",
		},
		edits:  []string{"s/color: .*/color: blue/", "s/color: .*/color: pink/", "/color: /d", "s/replicas: 2/replicas: 5/"},
		state:  []string{"conformance.typewright.dev/v1/widgets"},
		scales: true,
	}
}
