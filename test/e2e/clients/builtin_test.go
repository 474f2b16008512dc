package clients_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	applyapps "github.com/typewright/typewright/generated/kubernetes/applyconfigurations/apps/v1"
	applycore "github.com/typewright/typewright/generated/kubernetes/applyconfigurations/core/v1"
	applynetworking "github.com/typewright/typewright/generated/kubernetes/applyconfigurations/networking/v1"
)

func named(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name} }

func podSpec() corev1.PodSpec {
	return corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "example.com/main:1", Env: []corev1.EnvVar{{Name: "A", Value: "1"}}}}}
}

func template() corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web"}}, Spec: podSpec()}
}

func selectsTemplate() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
}

var here = map[string]string{"applied": "here"}

func TestBuiltInKinds(t *testing.T) {
	for encoding, config := range encodings() {
		ns := namespace(t, "built-in-"+encoding)
		c := builtIn(t, config)
		for name, lifecycle := range map[string]func(*testing.T, string){
			"deployments": kind[*appsv1.Deployment, *appsv1.DeploymentList, *applyapps.DeploymentApplyConfiguration]{
				resource: "deployments", ns: ns, client: c.AppsV1().Deployments(ns),
				make: func(name string) *appsv1.Deployment {
					return &appsv1.Deployment{ObjectMeta: named(name), Spec: appsv1.DeploymentSpec{Selector: selectsTemplate(), Template: template()}}
				},
				change: func(d *appsv1.Deployment) { d.Spec.Replicas = new(int32(3)) },
				status: func(d *appsv1.Deployment) { d.Status.ObservedGeneration = d.Generation },
				apply: func(name string) *applyapps.DeploymentApplyConfiguration {
					return applyapps.Deployment(name, ns).WithLabels(here)
				},
			}.lifecycle,
			"replicasets": kind[*appsv1.ReplicaSet, *appsv1.ReplicaSetList, *applyapps.ReplicaSetApplyConfiguration]{
				resource: "replicasets", ns: ns, client: c.AppsV1().ReplicaSets(ns),
				make: func(name string) *appsv1.ReplicaSet {
					return &appsv1.ReplicaSet{ObjectMeta: named(name), Spec: appsv1.ReplicaSetSpec{Selector: selectsTemplate(), Template: template()}}
				},
				change: func(r *appsv1.ReplicaSet) { r.Spec.Replicas = new(int32(0)) },
				status: func(r *appsv1.ReplicaSet) { r.Status.ObservedGeneration = r.Generation },
				apply: func(name string) *applyapps.ReplicaSetApplyConfiguration {
					return applyapps.ReplicaSet(name, ns).WithLabels(here)
				},
			}.lifecycle,
			"pods": kind[*corev1.Pod, *corev1.PodList, *applycore.PodApplyConfiguration]{
				resource: "pods", ns: ns, client: c.CoreV1().Pods(ns),
				make:   func(name string) *corev1.Pod { return &corev1.Pod{ObjectMeta: named(name), Spec: podSpec()} },
				change: func(p *corev1.Pod) { p.Spec.Containers[0].Image = "example.com/main:2" },
				status: func(p *corev1.Pod) { p.Status.Message = "waits" },
				apply:  func(name string) *applycore.PodApplyConfiguration { return applycore.Pod(name, ns).WithLabels(here) },
			}.lifecycle,
			"services": kind[*corev1.Service, *corev1.ServiceList, *applycore.ServiceApplyConfiguration]{
				resource: "services", ns: ns, client: c.CoreV1().Services(ns),
				make: func(name string) *corev1.Service {
					return &corev1.Service{ObjectMeta: named(name), Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}}}
				},
				change: func(s *corev1.Service) { s.Spec.Ports[0].Name = "http" },
				status: func(s *corev1.Service) {
					s.Status.Conditions = []metav1.Condition{{Type: "Seen", Status: "True", Reason: "Test", LastTransitionTime: metav1.Unix(1e9, 0)}}
				},
				apply: func(name string) *applycore.ServiceApplyConfiguration {
					return applycore.Service(name, ns).WithLabels(here)
				},
			}.lifecycle,
			"configmaps": kind[*corev1.ConfigMap, *corev1.ConfigMapList, *applycore.ConfigMapApplyConfiguration]{
				resource: "configmaps", ns: ns, client: c.CoreV1().ConfigMaps(ns),
				make: func(name string) *corev1.ConfigMap {
					return &corev1.ConfigMap{ObjectMeta: named(name), Data: map[string]string{"k": "ü\n"}, BinaryData: map[string][]byte{"b": {0, 255}}}
				},
				change: func(m *corev1.ConfigMap) { m.Data["k"] = "2" },
				apply: func(name string) *applycore.ConfigMapApplyConfiguration {
					return applycore.ConfigMap(name, ns).WithLabels(here)
				},
			}.lifecycle,
			"secrets": kind[*corev1.Secret, *corev1.SecretList, *applycore.SecretApplyConfiguration]{
				resource: "secrets", ns: ns, client: c.CoreV1().Secrets(ns),
				make: func(name string) *corev1.Secret {
					return &corev1.Secret{ObjectMeta: named(name), StringData: map[string]string{"k": "v"}}
				},
				change: func(s *corev1.Secret) { s.Data["k"] = []byte("w") },
				apply: func(name string) *applycore.SecretApplyConfiguration {
					return applycore.Secret(name, ns).WithLabels(here)
				},
			}.lifecycle,
			"ingresses": kind[*networkingv1.Ingress, *networkingv1.IngressList, *applynetworking.IngressApplyConfiguration]{
				resource: "ingresses", ns: ns, client: c.NetworkingV1().Ingresses(ns),
				make: func(name string) *networkingv1.Ingress {
					backend := networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80}}}
					return &networkingv1.Ingress{ObjectMeta: named(name), Spec: networkingv1.IngressSpec{DefaultBackend: &backend}}
				},
				change: func(i *networkingv1.Ingress) { i.Spec.IngressClassName = new("other") },
				status: func(i *networkingv1.Ingress) {
					i.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{IP: "192.0.2.1"}}
				},
				apply: func(name string) *applynetworking.IngressApplyConfiguration {
					return applynetworking.Ingress(name, ns).WithLabels(here)
				},
			}.lifecycle,
			"namespaces": kind[*corev1.Namespace, *corev1.NamespaceList, *applycore.NamespaceApplyConfiguration]{
				resource: "namespaces", noCollectionDelete: true, client: c.CoreV1().Namespaces(),
				make:   func(name string) *corev1.Namespace { return &corev1.Namespace{ObjectMeta: named(name)} },
				change: func(n *corev1.Namespace) { n.Annotations = map[string]string{"changed": "yes"} },
				status: func(n *corev1.Namespace) {
					n.Status.Conditions = []corev1.NamespaceCondition{{Type: "Seen", Status: "True", Reason: "Test"}}
				},
				apply: func(name string) *applycore.NamespaceApplyConfiguration {
					return applycore.Namespace(name).WithLabels(here)
				},
			}.lifecycle,
			"nodes": kind[*corev1.Node, *corev1.NodeList, *applycore.NodeApplyConfiguration]{
				resource: "nodes", client: c.CoreV1().Nodes(),
				make:   func(name string) *corev1.Node { return &corev1.Node{ObjectMeta: named(name)} },
				change: func(n *corev1.Node) { n.Spec.Unschedulable = true },
				status: func(n *corev1.Node) { n.Status.NodeInfo.KubeletVersion = "v0" },
				apply:  func(name string) *applycore.NodeApplyConfiguration { return applycore.Node(name).WithLabels(here) },
			}.lifecycle,
		} {
			t.Run(encoding+"/"+name, func(t *testing.T) { lifecycle(t, encoding) })
		}
	}
}
