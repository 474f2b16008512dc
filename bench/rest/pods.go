package main

import (
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// smallPod is about as small as objects are in practice.
func smallPod() *corev1.Pod {
	return &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "web", Namespace: "default", UID: "5f0c9a0e-6d6f-4a2e-9f0e-0a1b2c3d4e5f", ResourceVersion: "12345",
			CreationTimestamp: metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), Labels: map[string]string{"app": "web"},
		},
		Spec: corev1.PodSpec{NodeName: "node-1", Containers: []corev1.Container{{Name: "web", Image: "registry.example.com/web:1.2.3"}}},
	}
}

// largePod is as a controller makes it and a kubelet reports on it: 2.3 KB of JSON.
func largePod(i int) *corev1.Pod {
	at := metav1.NewTime(time.Date(2026, 1, 2, 3, 4, i%60, 0, time.UTC))
	name := fmt.Sprintf("web-7d4b9c6f5d-%05d", i)
	pod := smallPod()
	pod.Name, pod.UID, pod.ResourceVersion = name, types.UID(fmt.Sprintf("5f0c9a0e-6d6f-4a2e-9f0e-%012d", i)), strconv.Itoa(100_000+i)
	pod.GenerateName = "web-7d4b9c6f5d-"
	pod.Labels = map[string]string{"app.kubernetes.io/name": "web", "app.kubernetes.io/instance": "web-prod", "pod-template-hash": "7d4b9c6f5d"}
	pod.Annotations = map[string]string{"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "checksum/config": "3b5d5c3712955042212316173ccf37be800b2c4b6d8a1f0e9c7d6b5a4f3e2d1c"}
	controller := true
	pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-7d4b9c6f5d", UID: "1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901", Controller: &controller, BlockOwnerDeletion: &controller}}
	container := corev1.Container{
		Name: "web", Image: "registry.example.com/shop/web:1.27.3", ImagePullPolicy: corev1.PullIfNotPresent,
		Args:  []string{"--listen=:8080", "--metrics=:9090", "--log-format=json"},
		Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080, Protocol: corev1.ProtocolTCP}, {Name: "metrics", ContainerPort: 9090, Protocol: corev1.ProtocolTCP}},
		Env:   []corev1.EnvVar{{Name: "REGION", Value: "eu-central-1"}, {Name: "POD_NAME", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"}}}},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("128Mi")},
			Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("256Mi")},
		},
		VolumeMounts: []corev1.VolumeMount{{Name: "kube-api-access", ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"}},
	}
	pod.Spec = corev1.PodSpec{
		NodeName: fmt.Sprintf("node-%d", i%20), ServiceAccountName: "web", RestartPolicy: corev1.RestartPolicyAlways, SchedulerName: "default-scheduler",
		Containers: []corev1.Container{container}, DNSPolicy: corev1.DNSClusterFirst,
		Tolerations: []corev1.Toleration{{Key: "node.kubernetes.io/not-ready", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute}},
	}
	pod.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: fmt.Sprintf("10.0.0.%d", i%20), PodIP: fmt.Sprintf("10.1.%d.%d", i/250, i%250), StartTime: &at, QOSClass: corev1.PodQOSBurstable,
		Conditions: []corev1.PodCondition{
			{Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: at},
			{Type: corev1.PodInitialized, Status: corev1.ConditionTrue, LastTransitionTime: at},
			{Type: corev1.ContainersReady, Status: corev1.ConditionTrue, LastTransitionTime: at},
			{Type: corev1.PodScheduled, Status: corev1.ConditionTrue, LastTransitionTime: at},
		},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: "web", Ready: true, Image: container.Image, ImageID: "registry.example.com/shop/web@sha256:3b5d5c3712955042212316173ccf37be800b2c4b6d8a1f0e9c7d6b5a4f3e2d1c",
			ContainerID: "containerd://0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at}},
		}},
	}
	return pod
}
