package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/bench/internal/proc"
)

// updates is the number of updates after the first sync.
const updates = 20_000

// replicas is the number of pods of each workload. They differ in name, uid, node, addresses, times and versions.
const replicas = 100

// serveForever serves pods and, once it is told to go, updates of them. It encodes everything before the first request, so
// that the server takes hardly any processor time while a client is measured.
func serveForever(ctx context.Context, objects int) error {
	text := cutAtMarks(podText())
	return proc.Serve(ctx, &podServer{list: list(text, objects), changes: changes(text, objects), begin: make(chan struct{})})
}

type podServer struct {
	list, changes []byte
	begin         chan struct{}
}

func (s *podServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	query := r.URL.Query()
	switch {
	case r.URL.Path == "/go":
		close(s.begin)
	case query.Get("sendInitialEvents") != "":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"BadRequest","code":400}`)
	case query.Get("watch") != "":
		s.watch(w, r)
	default:
		_, _ = w.Write(s.list)
	}
}

func (s *podServer) watch(w http.ResponseWriter, r *http.Request) {
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
	select {
	case <-s.begin:
	case <-r.Context().Done():
		return
	}
	_, _ = w.Write(s.changes)
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
	<-r.Context().Done()
}

// list returns the answer to a list, and changes returns the frames of a watch.
func list(text []string, objects int) []byte {
	out := fmt.Appendf(nil, `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"%d"},"items":[`, objects)
	for i := range objects {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendPod(out, text, i, i+1)
		if i == 0 {
			out = slices.Grow(out, objects*(len(out)+20))
		}
	}
	return append(out, "]}"...)
}

func changes(text []string, objects int) []byte {
	var out []byte
	for i := range updates {
		out = append(out, `{"type":"MODIFIED","object":`...)
		out = append(appendPod(out, text, i%objects, objects+i+1), "}\n"...)
	}
	return out
}

// appendPod appends a pod, whose text is literal parts and marks in turn.
func appendPod(out []byte, text []string, i, version int) []byte {
	values := map[string]string{
		"@workload": fmt.Sprintf("web-%04d", i/replicas),
		"@replica":  fmt.Sprintf("%05d", i),
		"@uid":      fmt.Sprintf("5f0c9a0e-6d6f-4a2e-9f0e-%012d", i),
		"@version":  strconv.Itoa(version),
		"@node":     fmt.Sprintf("node-%d", i%20),
		"@time":     podTime().Add(time.Duration(i) * time.Second).Format(time.RFC3339),
		"@ip":       fmt.Sprintf("10.%d.%d.%d", i/62500, i/250%250, i%250),
	}
	for _, part := range text {
		if value, isMark := values[part]; isMark {
			part = value
		}
		out = append(out, part...)
	}
	return out
}

// cutAtMarks splits a text at its marks. The parts include the marks.
func cutAtMarks(text string) []string {
	var parts []string
	marks := regexp.MustCompile("@(workload|replica|uid|version|node|ip|time)")
	begin := 0
	for _, at := range marks.FindAllStringIndex(text, -1) {
		parts = append(parts, text[begin:at[0]], text[at[0]:at[1]])
		begin = at[1]
	}
	return append(parts, text[begin:])
}

// podTime is the time of the first pod.
func podTime() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// podText returns a pod as a controller creates it and a kubelet reports on it, with managed fields, and with marks where
// pods differ.
func podText() string {
	at := metav1.NewTime(podTime())
	controller := true
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Name: "@workload-@replica", GenerateName: "@workload-", Namespace: "shop", UID: "@uid", ResourceVersion: "@version", CreationTimestamp: at,
		Labels:      map[string]string{"app.kubernetes.io/name": "@workload", "app.kubernetes.io/instance": "web-prod", "pod-template-hash": "7d4b9c6f5d"},
		Annotations: map[string]string{"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "checksum/config": "3b5d5c3712955042212316173ccf37be800b2c4b6d8a1f0e9c7d6b5a4f3e2d1c"},
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "@workload", UID: "1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901", Controller: &controller, BlockOwnerDeletion: &controller,
		}},
		ManagedFields: []metav1.ManagedFieldsEntry{
			{Manager: "kube-controller-manager", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", Time: &at, FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:metadata":{"f:annotations":{".":{},"f:checksum/config":{}},"f:generateName":{},"f:labels":{".":{},"f:app.kubernetes.io/name":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"1b2c3d4e\"}":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:args":{},"f:env":{},"f:image":{},"f:name":{},"f:ports":{},"f:resources":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{}}}`)}},
			{Manager: "kubelet", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", Time: &at, FieldsType: "FieldsV1", Subresource: "status", FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:status":{"f:conditions":{"k:{\"type\":\"Ready\"}":{".":{},"f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:phase":{},"f:podIP":{},"f:startTime":{}}}`)}},
		},
	}}
	pod.APIVersion, pod.Kind = "v1", "Pod"
	container := corev1.Container{
		Name: "web", Image: "registry.example.com/shop/@workload:1.27.3", ImagePullPolicy: corev1.PullIfNotPresent, Args: []string{"--listen=:8080", "--metrics=:9090", "--log-format=json"},
		Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080, Protocol: corev1.ProtocolTCP}, {Name: "metrics", ContainerPort: 9090, Protocol: corev1.ProtocolTCP}},
		Env:   []corev1.EnvVar{{Name: "REGION", Value: "eu-central-1"}, {Name: "POD_NAME", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"}}}},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("128Mi")},
			Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("256Mi")},
		},
		VolumeMounts: []corev1.VolumeMount{{Name: "kube-api-access", ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"}},
	}
	pod.Spec = corev1.PodSpec{
		NodeName: "@node", ServiceAccountName: "web", RestartPolicy: corev1.RestartPolicyAlways, SchedulerName: "default-scheduler", DNSPolicy: corev1.DNSClusterFirst, Containers: []corev1.Container{container},
		Tolerations: []corev1.Toleration{{Key: "node.kubernetes.io/not-ready", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute}},
	}
	pod.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: "10.0.0.1", PodIP: "@ip", PodIPs: []corev1.PodIP{{IP: "@ip"}}, StartTime: &at, QOSClass: corev1.PodQOSBurstable,
		Conditions: []corev1.PodCondition{
			{Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: at},
			{Type: corev1.PodInitialized, Status: corev1.ConditionTrue, LastTransitionTime: at},
			{Type: corev1.ContainersReady, Status: corev1.ConditionTrue, LastTransitionTime: at},
			{Type: corev1.PodScheduled, Status: corev1.ConditionTrue, LastTransitionTime: at},
		},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: "web", Ready: true, Image: container.Image, ImageID: "registry.example.com/shop/web@sha256:3b5d5c3712955042212316173ccf37be800b2c4b6d8a1f0e9c7d6b5a4f3e2d1c",
			ContainerID: "containerd://@uid", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at}},
		}},
	}
	text, err := json.Marshal(pod)
	if err != nil {
		panic(err)
	}
	return strings.ReplaceAll(string(text), podTime().Format(time.RFC3339), "@time")
}
