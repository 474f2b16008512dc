package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// resource returns the resource of a built-in kind; apiVersion is as in objects.
func resource(t *testing.T, apiVersion, kind string) *kinds.Resource {
	t.Helper()
	gv, err := schema.ParseGroupVersion(apiVersion)
	require.NoError(t, err)
	r := &kinds.Resource{GroupVersionKind: gv.WithKind(kind)}
	r.Complete(nil, nil)
	return r
}

// object reads an object from YAML.
func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	require.NoError(t, err)
	u := &unstructured.Unstructured{Object: map[string]any{}}
	require.NoError(t, utiljson.Unmarshal(data, &u.Object))
	return u
}

func TestSetDefaults(t *testing.T) {
	tests := []struct {
		name, apiVersion, kind string
		given, want            string
	}{
		{"a namespace is labelled with its name", "v1", "Namespace", `metadata: {name: a, labels: {team: blue}}`, `metadata: {name: a, labels: {team: blue, kubernetes.io/metadata.name: a}}`},
		{"a namespace without a name has no label yet", "v1", "Namespace", `metadata: {generateName: a}`, `metadata: {generateName: a}`},
		{"strings of a secret become data and win", "v1", "Secret", `{data: {a: b2xk, b: Yg==}, stringData: {a: new}}`, `{type: Opaque, data: {a: bmV3, b: Yg==}}`},
		{"a secret keeps its type", "v1", "Secret", `{type: kubernetes.io/tls}`, `{type: kubernetes.io/tls}`},
		{
			"a service and its ports", "v1", "Service",
			`spec: {ports: [{port: 80}, {port: 81, targetPort: 0}, {port: 82, targetPort: web, protocol: UDP}]}`,
			`spec: {type: ClusterIP, sessionAffinity: None, internalTrafficPolicy: Cluster, ports: [{port: 80, targetPort: 80, protocol: TCP}, {port: 81, targetPort: 81, protocol: TCP}, {port: 82, targetPort: web, protocol: UDP}]}`,
		},
		{
			"a pod keeps what it says", "v1", "Pod",
			`spec: {restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{image: a, imagePullPolicy: Never, ports: [{containerPort: 1}]}]}`,
			`spec: {restartPolicy: Never, dnsPolicy: ClusterFirst, terminationGracePeriodSeconds: 0, schedulerName: default-scheduler, securityContext: {}, enableServiceLinks: true,
			  containers: [{image: a, imagePullPolicy: Never, terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File, ports: [{containerPort: 1, protocol: TCP}]}]}`,
		},
		{
			"a stateful set", "apps/v1", "StatefulSet", `spec: {volumeClaimTemplates: [{metadata: {name: d}}]}`,
			`spec: {replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: OrderedReady, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 0, maxUnavailable: 1}},
			  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain},
			  volumeClaimTemplates: [{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: d}, spec: {volumeMode: Filesystem}, status: {phase: Pending}}]}`,
		},
		{
			"a daemon set", "apps/v1", "DaemonSet", `spec: {}`,
			`spec: {revisionHistoryLimit: 10, updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1, maxSurge: 0}}}`,
		},
		{
			"a service outside", "v1", "Service", `spec: {type: LoadBalancer, sessionAffinity: ClientIP}`,
			`spec: {type: LoadBalancer, sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}, internalTrafficPolicy: Cluster,
			  externalTrafficPolicy: Cluster, allocateLoadBalancerNodePorts: true}`,
		},
		{
			"the addresses of a load balancer", "v1", "Service",
			`{spec: {type: LoadBalancer}, status: {loadBalancer: {ingress: [{ip: 1.1.1.1}, {ip: 1.1.1.2, ipMode: Proxy}, {hostname: a}]}}}`,
			`{spec: {type: LoadBalancer, sessionAffinity: None, internalTrafficPolicy: Cluster, externalTrafficPolicy: Cluster, allocateLoadBalancerNodePorts: true},
			  status: {loadBalancer: {ingress: [{ip: 1.1.1.1, ipMode: VIP}, {ip: 1.1.1.2, ipMode: Proxy}, {hostname: a}]}}}`,
		},
		{
			"probes and volumes of a pod", "v1", "Pod",
			`spec: {serviceAccountName: s, volumes: [{name: a}, {name: b, configMap: {name: m}}, {name: c, secret: {secretName: s, defaultMode: 1}}, {name: d, hostPath: {path: /}},
			  {name: e, projected: {sources: [{serviceAccountToken: {path: t}}]}}],
			  containers: [{image: "a:1", livenessProbe: {httpGet: {port: 1}}, readinessProbe: {grpc: {port: 1}, periodSeconds: 3}, resources: {limits: {cpu: 1}},
			  env: [{name: A, valueFrom: {fieldRef: {fieldPath: x}}}]}]}`,
			`spec: {restartPolicy: Always, dnsPolicy: ClusterFirst, terminationGracePeriodSeconds: 30, schedulerName: default-scheduler, securityContext: {}, enableServiceLinks: true,
			  serviceAccountName: s, serviceAccount: s, volumes: [{name: a, emptyDir: {}}, {name: b, configMap: {name: m, defaultMode: 420}}, {name: c, secret: {secretName: s, defaultMode: 1}},
			  {name: d, hostPath: {path: /, type: ""}}, {name: e, projected: {defaultMode: 420, sources: [{serviceAccountToken: {path: t, expirationSeconds: 3600}}]}}],
			  containers: [{image: "a:1", imagePullPolicy: IfNotPresent, terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File,
			  livenessProbe: {httpGet: {port: 1, path: /, scheme: HTTP}, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3},
			  readinessProbe: {grpc: {port: 1, service: ""}, timeoutSeconds: 1, periodSeconds: 3, successThreshold: 1, failureThreshold: 3},
			  resources: {limits: {cpu: 1}, requests: {cpu: 1}}, env: [{name: A, valueFrom: {fieldRef: {fieldPath: x, apiVersion: v1}}}]}]}`,
		},
		{"a replica set may have none", "apps/v1", "ReplicaSet", `spec: {replicas: 0}`, `spec: {replicas: 0}`},
		{
			"a deployment rolls", "apps/v1", "Deployment", `spec: {strategy: {rollingUpdate: {maxSurge: 1}}}`,
			`spec: {replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 25%}}}`,
		},
		{
			"a deployment that says nothing", "apps/v1", "Deployment", `spec: {}`,
			`spec: {replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}}`,
		},
		{
			"a deployment that recreates does not roll", "apps/v1", "Deployment", `spec: {strategy: {type: Recreate}}`,
			`spec: {replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {type: Recreate}}`,
		},
		{
			"a definition's names", "apiextensions.k8s.io/v1", "CustomResourceDefinition", `spec: {names: {kind: Site}}`,
			`spec: {names: {kind: Site, singular: site, listKind: SiteList}, conversion: {strategy: None}}`,
		},
		{
			"a definition keeps what it says", "apiextensions.k8s.io/v1", "CustomResourceDefinition",
			`spec: {names: {kind: Site, singular: place, listKind: Places}, conversion: {strategy: Webhook}}`,
			`spec: {names: {kind: Site, singular: place, listKind: Places}, conversion: {strategy: Webhook}}`,
		},
		{"others have no defaults", "v1", "ConfigMap", `{}`, `{}`},
		{"a custom kind of a built-in name has none", "example.com/v1", "Pod", `{}`, `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := object(t, tt.given)
			r := resource(t, tt.apiVersion, tt.kind)
			SetDefaults(r, u)
			assert.Equal(t, object(t, tt.want).Object, u.Object)
			SetDefaults(r, u)
			assert.Equal(t, object(t, tt.want).Object, u.Object, "the second time changes nothing")
		})
	}
}

func TestPodsOfWorkloadsAreDefaulted(t *testing.T) {
	for _, kind := range []string{"Deployment", "ReplicaSet", "StatefulSet"} {
		u := object(t, `spec: {template: {spec: {containers: [{name: a, image: b}], initContainers: [{name: c, image: "d:1"}]}}}`)
		SetDefaults(resource(t, "apps/v1", kind), u)
		policies := map[string]any{}
		for _, list := range []string{"containers", "initContainers"} {
			for _, container := range objects(u, "spec", "template", "spec", list) {
				policies[container["name"].(string)] = container["imagePullPolicy"]
			}
		}
		assert.Equal(t, map[string]any{"a": "Always", "c": "IfNotPresent"}, policies, kind)
	}
}

func TestPullPolicy(t *testing.T) {
	for image, want := range map[string]string{
		"": "IfNotPresent", "a": "Always", "a:latest": "Always", "localhost:5000/a": "Always", "localhost:5000/a:latest": "Always",
		"a:1": "IfNotPresent", "localhost:5000/a:1": "IfNotPresent", "a@sha256:0": "IfNotPresent",
	} {
		assert.Equal(t, want, pullPolicy(image), image)
	}
}

func TestSetFirstStatus(t *testing.T) {
	tests := []struct{ apiVersion, kind, given, want string }{
		{"v1", "Namespace", `{spec: {finalizers: [example.com/x]}}`, `{spec: {finalizers: [example.com/x, kubernetes]}, status: {phase: Active}}`},
		{"v1", "Pod", `spec: {tolerations: [{operator: Exists}]}`, `{spec: {tolerations: [{operator: Exists}]}, status: {phase: Pending, qosClass: BestEffort}}`},
		{
			"v1", "Pod", `{spec: {tolerations: [{operator: Exists}], containers: [{resources: {requests: {cpu: "1"}}}]}, status: {phase: Running}}`,
			`{spec: {tolerations: [{operator: Exists}], containers: [{resources: {requests: {cpu: "1"}}}]}, status: {phase: Running, qosClass: Burstable}}`,
		},
		{"v1", "Node", `{}`, `{}`},
		{"example.com/v1", "Namespace", `{}`, `{}`},
	}
	for _, tt := range tests {
		u := object(t, tt.given)
		SetFirstStatus(resource(t, tt.apiVersion, tt.kind), u)
		assert.Equal(t, object(t, tt.want).Object, u.Object, "%s %s", tt.kind, tt.given)
	}
}
