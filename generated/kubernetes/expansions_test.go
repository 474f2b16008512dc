package kubernetes_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	corev1 "k8s.io/api/core/v1"
	eventsv1beta1 "k8s.io/api/events/v1beta1"
	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	policyv1 "k8s.io/api/policy/v1"
	policyv1beta1 "k8s.io/api/policy/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/generated/kubernetes/scheme"
	"github.com/typewright/typewright/runtime/rest"
)

// sent is what the server sees of a request, query parameters and terms of selectors in order.
type sent struct {
	method, uri, body string
}

// server answers every request with an empty object, and tells what it was asked.
func server(t *testing.T) (kubernetes.Interface, *sent) {
	t.Helper()
	last := &sent{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		query := req.URL.Query()
		if selector := query.Get("fieldSelector"); selector != "" {
			query.Set("fieldSelector", strings.Join(slices.Sorted(strings.SplitSeq(selector, ",")), ","))
		}
		req.URL.RawQuery = query.Encode()
		*last = sent{req.Method, req.URL.RequestURI(), string(body)}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{}`))
	}))
	t.Cleanup(s.Close)
	client, err := kubernetes.NewForConfig(&rest.Config{Host: s.URL, ContentConfig: rest.ContentConfig{ContentType: "application/json"}})
	require.NoError(t, err)
	return client, last
}

func meta(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: "shop"} }

func TestExpansionsSendWhatTheServerKnows(t *testing.T) {
	ctx := context.Background()
	pod := &corev1.Pod{ObjectMeta: meta("web-0")}
	cases := []struct {
		name        string
		call        func(kubernetes.Interface) error
		method, uri string
		kind        string // of the body, where the method makes one
	}{
		{"GetLogs", func(c kubernetes.Interface) error {
			_, err := c.CoreV1().Pods("shop").GetLogs("web-0", &corev1.PodLogOptions{Container: "nginx", Follow: true}).DoRaw(ctx)
			return err
		}, "GET", "/api/v1/namespaces/shop/pods/web-0/log?container=nginx&follow=true", ""},
		{"Bind", func(c kubernetes.Interface) error {
			binding := &corev1.Binding{ObjectMeta: meta("web-0"), Target: corev1.ObjectReference{Kind: "Node", Name: "a"}}
			return c.CoreV1().Pods("shop").Bind(ctx, binding, metav1.CreateOptions{FieldManager: "me"})
		}, "POST", "/api/v1/namespaces/shop/pods/web-0/binding?fieldManager=me", "Binding"},
		{"EvictV1", func(c kubernetes.Interface) error {
			return c.CoreV1().Pods("shop").EvictV1(ctx, &policyv1.Eviction{ObjectMeta: meta("web-0")})
		}, "POST", "/api/v1/namespaces/shop/pods/web-0/eviction", "Eviction"},
		{"EvictV1beta1", func(c kubernetes.Interface) error {
			return c.CoreV1().Pods("shop").EvictV1beta1(ctx, &policyv1beta1.Eviction{ObjectMeta: meta("web-0")})
		}, "POST", "/api/v1/namespaces/shop/pods/web-0/eviction", "Eviction"},
		{"Evictions.Evict", func(c kubernetes.Interface) error {
			return c.PolicyV1().Evictions("shop").Evict(ctx, &policyv1.Eviction{ObjectMeta: meta("web-0")})
		}, "POST", "/api/v1/namespaces/shop/pods/web-0/eviction", "Eviction"},
		{"Evictions.Evict in v1beta1", func(c kubernetes.Interface) error {
			return c.PolicyV1beta1().Evictions("shop").Evict(ctx, &policyv1beta1.Eviction{ObjectMeta: meta("web-0")})
		}, "POST", "/api/v1/namespaces/shop/pods/web-0/eviction", "Eviction"},
		{"UpdateEphemeralContainers", func(c kubernetes.Interface) error {
			_, err := c.CoreV1().Pods("shop").UpdateEphemeralContainers(ctx, "web-0", pod, metav1.UpdateOptions{})
			return err
		}, "PUT", "/api/v1/namespaces/shop/pods/web-0/ephemeralcontainers", "Pod"},
		{"Pods.ProxyGet", func(c kubernetes.Interface) error {
			_, err := c.CoreV1().Pods("shop").ProxyGet("https", "web-0", "8443", "healthz", map[string]string{"deep": "1"}).DoRaw(ctx)
			return err
		}, "GET", "/api/v1/namespaces/shop/pods/https:web-0:8443/proxy/healthz?deep=1", ""},
		{"Services.ProxyGet", func(c kubernetes.Interface) error {
			_, err := c.CoreV1().Services("shop").ProxyGet("", "web", "", "/", nil).DoRaw(ctx)
			return err
		}, "GET", "/api/v1/namespaces/shop/services/web/proxy", ""},
		{"Finalize", func(c kubernetes.Interface) error {
			_, err := c.CoreV1().Namespaces().Finalize(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, metav1.UpdateOptions{})
			return err
		}, "PUT", "/api/v1/namespaces/shop/finalize", "Namespace"},
		{"PatchStatus", func(c kubernetes.Interface) error {
			_, err := c.CoreV1().Nodes().PatchStatus(ctx, "a", []byte(`{"kind":"Node"}`))
			return err
		}, "PATCH", "/api/v1/nodes/a/status", "Node"},
		{"Events.Search", func(c kubernetes.Interface) error {
			_, err := c.CoreV1().Events("shop").SearchWithContext(ctx, scheme.Scheme, pod)
			return err
		}, "GET", "/api/v1/namespaces/shop/events?fieldSelector=involvedObject.kind%3DPod%2CinvolvedObject.name%3Dweb-0%2CinvolvedObject.namespace%3Dshop", ""},
		{"Events.CreateWithEventNamespace", func(c kubernetes.Interface) error {
			_, err := c.CoreV1().Events("").CreateWithEventNamespaceWithContext(ctx, &corev1.Event{ObjectMeta: meta("e")})
			return err
		}, "POST", "/api/v1/namespaces/shop/events", "Event"},
		{"Events.CreateWithEventNamespace of events.k8s.io", func(c kubernetes.Interface) error {
			_, err := c.EventsV1beta1().Events("").CreateWithEventNamespace(&eventsv1beta1.Event{ObjectMeta: meta("e")})
			return err
		}, "POST", "/apis/events.k8s.io/v1beta1/namespaces/shop/events", "Event"},
		{"Deployments.GetScale", func(c kubernetes.Interface) error {
			_, err := c.AppsV1().Deployments("shop").GetScale(ctx, "web", metav1.GetOptions{})
			return err
		}, "GET", "/apis/apps/v1/namespaces/shop/deployments/web/scale", ""},
		{"Deployments.Rollback", func(c kubernetes.Interface) error {
			return c.ExtensionsV1beta1().Deployments("shop").Rollback(ctx, &extensionsv1beta1.DeploymentRollback{Name: "web"}, metav1.CreateOptions{})
		}, "POST", "/apis/extensions/v1beta1/namespaces/shop/deployments/web/rollback", "DeploymentRollback"},
		{"UpdateApproval", func(c kubernetes.Interface) error {
			csr := &certificatesv1beta1.CertificateSigningRequest{ObjectMeta: metav1.ObjectMeta{Name: "me"}}
			_, err := c.CertificatesV1beta1().CertificateSigningRequests().UpdateApproval(ctx, csr, metav1.UpdateOptions{})
			return err
		}, "PUT", "/apis/certificates.k8s.io/v1beta1/certificatesigningrequests/me/approval", "CertificateSigningRequest"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			client, last := server(t)
			require.NoError(t, test.call(client))
			assert.Equal(t, test.method+" "+test.uri, last.method+" "+last.uri)
			if test.kind == "" {
				return
			}
			var body runtime.TypeMeta
			require.NoError(t, json.Unmarshal([]byte(last.body), &body), last.body)
			assert.Equal(t, test.kind, body.Kind)
		})
	}
}

func TestEventsStayInTheirNamespace(t *testing.T) {
	client, last := server(t)
	_, err := client.CoreV1().Events("other").CreateWithEventNamespaceWithContext(context.Background(), &corev1.Event{ObjectMeta: meta("e")})
	require.ErrorContains(t, err, `cannot create an event of namespace "shop" through a client of namespace "other"`)
	_, err = client.CoreV1().Events("other").SearchWithContext(context.Background(), scheme.Scheme, &corev1.Pod{ObjectMeta: meta("web-0")})
	require.ErrorContains(t, err, `a client of namespace "other" finds no events about objects of namespace "shop"`)
	assert.Empty(t, last.method, "nothing is sent")
}
