package rbac_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/cmd/internal/rbac"
)

func at(line int) rbac.Position { return rbac.Position{File: "main.go", Line: line} }

func uses() *rbac.Result {
	return &rbac.Result{Program: "example.com/program", Uses: []rbac.Use{
		{Group: "", Resource: "pods", Verb: "get", At: at(1)},
		{Group: "", Resource: "pods", Verb: "list", Namespace: "north", At: at(2)},
		{Group: "", Resource: "pods", Verb: "list", Namespace: "south", At: at(3)},
		{Group: "", Resource: "pods/log", Verb: "get", At: at(4)},
		{Group: "", Resource: "nodes", Verb: "get", At: at(5)},
		{Group: "", Resource: "nodes", Verb: "get", Namespace: "", At: at(6)},
		{Group: "", Resource: "nodes", Verb: "get", At: at(7)},
		{Group: "", Resource: "nodes", Verb: "get", At: at(8)},
		{Group: "apps", Resource: "deployments", Verb: "list", Namespace: "north", At: at(9)},
		{Group: "apps", Resource: "deployments", Verb: "list", At: at(10)},
	}}
}

const role = `# What example.com/program may do, by its source: made by clientgen rbac.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader
rules:
# main.go:1: get pods
# main.go:4: get pods/log
# main.go:5: get nodes
# and 3 more
- apiGroups:
  - ""
  resources:
  - nodes
  - pods
  - pods/log
  verbs:
  - get
# main.go:9: list deployments in namespace north
# main.go:10: list deployments
- apiGroups:
  - apps
  resources:
  - deployments
  verbs:
  - list
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
  namespace: north
rules:
# main.go:2: list pods in namespace north
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - list
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
  namespace: south
rules:
# main.go:3: list pods in namespace south
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - list
`

func TestRoles(t *testing.T) {
	assert.Equal(t, role, uses().YAML("reader", true))
	all := uses().YAML("reader", false)
	assert.NotContains(t, all, "---")
	assert.Contains(t, all, "# main.go:2: list pods in namespace north\n")
	none := (&rbac.Result{Program: "example.com/none", Open: []rbac.Open{{At: at(3), What: "dynamic client"}}}).YAML("none", true)
	assert.Contains(t, none, "#   main.go:3: dynamic client\n")
	assert.Contains(t, none, "  name: none\nrules: []\n")
}

func TestCompare(t *testing.T) {
	compare := func(file string, namespaced bool) rbac.Difference {
		t.Helper()
		d, err := uses().Compare([]byte(file), namespaced)
		require.NoError(t, err)
		return d
	}
	same := rbac.Difference{Missing: []string{}, Needless: []string{}}
	assert.Equal(t, same, compare(role, true))
	assert.Equal(t, same, compare(role, false), "a Role for a constant namespace is as good")
	whole := uses().YAML("reader", false)
	assert.Equal(t, same, compare(whole, false))
	assert.Equal(t, []string{"list pods"}, compare(whole, true).Needless)

	d := compare(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [pods, nodes, secrets], verbs: [get]}
- {apiGroups: [apps], resources: ["*"], verbs: [list]}
- {nonResourceURLs: [/metrics], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: north}
rules:
- {apiGroups: [""], resources: [pods], verbs: [list]}
---
kind: ServiceAccount
`, false)
	assert.Equal(t, []string{"list pods in namespace south, for main.go:3", "get pods/log, for main.go:4"}, d.Missing)
	assert.Equal(t, []string{"get secrets", "list * of apps"}, d.Needless)
}

func TestFilesWithoutRoles(t *testing.T) {
	for file, problem := range map[string]string{
		"kind: Pod\n":                            "there is no Role or ClusterRole in it",
		"kind: Role\nmetadata: {name: a}\n":      "role a has no namespace",
		"kind: [\n":                              "yaml",
		"kind: ClusterRole\nrules: [{verbs: a}]": "cannot unmarshal",
	} {
		_, err := uses().Compare([]byte(file), false)
		assert.ErrorContains(t, err, problem)
	}
}
