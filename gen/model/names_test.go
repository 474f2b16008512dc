package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPlural(t *testing.T) {
	for singular, want := range map[string]string{
		"Gateway": "Gateways", "Policy": "Policies", "Ingress": "Ingresses", "Mesh": "Meshes", "Batch": "Batches",
		"Box": "Boxes", "Quiz": "Quizes", "Shelf": "Shelves", "Knife": "Knives", "Path": "Paths", "Toy": "Toys",
		"Pod": "Pods", "A": "A", "NetworkPolicy": "NetworkPolicies", "Key": "Keys", "Endpoints": "Endpointses", "ABY": "ABYs",
	} {
		assert.Equal(t, want, plural(singular, nil), singular)
	}
	assert.Equal(t, "Endpoints", plural("Endpoints", map[string]string{"Endpoints": "Endpoints"}))
}

func TestGoNameOfGroup(t *testing.T) {
	for group, want := range map[string]string{
		"":                          "Core",
		"apps":                      "Apps",
		"gateway.networking.k8s.io": "Gateway",
		"my-group.example.com":      "MyGroup",
		"MixedCase.example.com":     "MixedCase",
		"3d.example.com":            "",
		"-.example.com":             "",
		"a_b":                       "A_b",
	} {
		assert.Equal(t, want, goNameOf(group), group)
	}
}

func TestFolderName(t *testing.T) {
	for name, want := range map[string]string{
		"fleet": "fleet", "my-group": "mygroup", "Fleet": "fleet", "fleet.example.com": "fleet", "3d": "", "": "",
		"func": "funcgroup", "type.example.com": "typegroup", "internal": "internalgroup", "vendor": "vendorgroup", "_x": "x", "_": "",
	} {
		assert.Equal(t, want, folderName(name), name)
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"a", "", 1},
		{"genclient", "genclinet", 1},
		{"genclient", "gencleint", 1},
		{"genclient", "genclient", 0},
		{"deepcopygen", "deepcopy", 3},
		{"kitten", "sitting", 3},
	} {
		assert.Equal(t, test.want, editDistance(test.a, test.b), "%s %s", test.a, test.b)
		assert.Equal(t, test.want, editDistance(test.b, test.a), "%s %s", test.b, test.a)
	}
}

// Markers of other tools in the sources of Kubernetes and its neighbours must pass, however similar they are to ours.
func TestMarkersOfOtherToolsPass(t *testing.T) {
	rules := markerRules()
	for _, name := range []string{
		"optional", "required", "k8s:optional", "k8s:required", "k8s:openapi-gen", "k8s:openapi-model-package", "k8s:protobuf-gen",
		"k8s:conversion-gen", "k8s:conversion-gen:explicit-from", "k8s:conversion-gen-external-types", "k8s:defaulter-gen",
		"k8s:defaulter-gen-input", "k8s:validation-gen", "k8s:prerelease-lifecycle-gen", "k8s:prerelease-lifecycle-gen:introduced",
		"k8s:maxItems", "k8s:minimum", "k8s:immutable", "k8s:unionMember", "k8s:ifEnabled(Gate)", "k8s:eachVal", "k8s:unique",
		"k8s:supportsSubresource", "k8s:isSubresource", "k8s:beta(since: \"1.35\")", "k8s:listMapKey", "featureGate", "patchStrategy", "patchMergeKey", "enum", "default",
		"union", "unionDiscriminator", "oneOf", "zeroOrOneOf", "protobuf", "kubebuilder:validation:Enum", "kubebuilder:resource:path",
		"kubebuilder:resource:categories", "kubebuilder:subresource:status", "kubebuilder:storageversion", "kubebuilder:object:generate",
		"kubebuilder:rbac:groups", "kubebuilder:webhook:path", "kubebuilder:scaffold:imports", "kubebuilder:ac:generate", "kubebuilder:docs-gen:collapse",
		"kubebuilder:webhookconfiguration:mutating", "kubebuilder:docs", "kubebuilder:storage",
		"openshift:compatibility-gen:level", "crd", "versionName", "kcp-code-generator:skip", "genreconciler", "genduck", "build tag", "listSize",
	} {
		if known(name, rules) {
			continue
		}
		assert.Empty(t, meant(name, rules), name)
	}
}

func known(name string, rules []markerRule) bool {
	for _, r := range rules {
		if r.names(name) {
			return true
		}
	}
	return false
}

func TestMisspeltMarkersGetASuggestion(t *testing.T) {
	rules := markerRules()
	for name, want := range map[string]string{
		"genclinet":                              "genclient",
		"genClient":                              "genclient",
		"gen-client":                             "genclient",
		"genclients":                             "genclient",
		"kubebuilder:subresource:scales":         "kubebuilder:subresource:scale",
		"kubebuilder:pruning:KeepUnknownFields":  "kubebuilder:pruning:PreserveUnknownFields",
		"kubebuilder:printercolumn:name":         "kubebuilder:printcolumn",
		"genclient:nonnamespaced":                "genclient:nonNamespaced",
		"genclient:NonNamespaced":                "genclient:nonNamespaced",
		"genclient:nonNamespace":                 "genclient:nonNamespaced",
		"genclient:skipverb":                     "genclient:skipVerbs",
		"genclient:methods":                      "genclient:method",
		"genclinet:noStatus":                     "genclient:noStatus",
		"genclient:nostatus":                     "genclient:noStatus",
		"genclient and more":                     "genclient",
		"nonNamespaced":                          "genclient:nonNamespaced",
		"noMethods":                              "genclient:noVerbs",
		"k8s:deepcopygen":                        "k8s:deepcopy-gen",
		"k8s:deepcopy_gen":                       "k8s:deepcopy-gen",
		"k8s:deep-copy-gen":                      "k8s:deepcopy-gen",
		"k8s:deepcopy-gen:interface":             "k8s:deepcopy-gen:interfaces",
		"k8s:deepcopy-gen:nonpointer-interface":  "k8s:deepcopy-gen:nonpointer-interfaces",
		"k8s:deepcopy-gen:non-pointer-interface": "k8s:deepcopy-gen:nonpointer-interfaces",
		"k8s:registergen":                        "k8s:register-gen",
		"k8:register-gen":                        "k8s:register-gen",
		"k8s:clientgen":                          "k8s:client-gen",
		"groupname":                              "groupName",
		"goupName":                               "groupName",
		"groupGoname":                            "groupGoName",
		"resourcename":                           "resourceName",
		"listtype":                               "listType",
		"listMapkey":                             "listMapKey",
		"kubebuilder:object:roots":               "kubebuilder:object:root",
		"kubebuilder:validation:maxLength":       "kubebuilder:validation:MaxLength",
		"kubebuilder:validation:items:Maxlength": "kubebuilder:validation:MaxLength",
		"kubebuilder:validation:XValidations":    "kubebuilder:validation:XValidation",
		"kubebuilder:validation:MustBeGreat":     "kubebuilder:validation:MultipleOf",
		"kubebuilder:validaton:Enum":             "kubebuilder:validation:Enum",
		"kubebuilder:storageVersion":             "kubebuilder:storageversion",
		"kubebuilder:printcolum":                 "kubebuilder:printcolumn",
		"k8s:maxitems":                           "k8s:maxItems",
		"k8s:immutible":                          "k8s:immutable",
		"optionel":                               "optional",
	} {
		assert.Equal(t, want, meant(name, rules), name)
	}
}

func TestOrigin(t *testing.T) {
	for source, want := range map[string]string{
		"// Code generated by clientgen. DO NOT EDIT.\n\npackage a\n":                                       "clientgen",
		"//go:build x\n\n/*\nCopyright\n*/\n\n// Code generated by client-gen. DO NOT EDIT.\n\npackage a\n": "client-gen",
		"// Code generated by lister-gen. DO NOT EDIT.\r\npackage a\r\n":                                    "lister-gen",
		"package a\n\n// Code generated by clientgen. DO NOT EDIT.\n":                                       "",
		"// Code generated by clientgen.\npackage a\n":                                                      "",
		"package a\n": "",
		"":            "",
		"// Code generated by x v1.2.3. DO NOT EDIT.": "x v1.2.3",
	} {
		assert.Equal(t, want, Origin([]byte(source)), source)
	}
	assert.Equal(t, "informergen", Origin([]byte(GeneratedLine("informergen"))))
}
