// Command builtin uses the clients of Kubernetes' own kinds. The test builds it three times: with client-go, with the stand-in, and
// with the imports changed to the packages that take client-go's place.
package main

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
)

func main() {
	ctx := context.Background()
	client := kubernetes.NewForConfigOrDie(&rest.Config{})
	pods := client.CoreV1().Pods("north")
	_ = pods.GetLogs("a", nil).Do(ctx)                                                                                                                              // needs get pods/log in namespace north
	_ = pods.EvictV1(ctx, &policyv1.Eviction{})                                                                                                                     // needs create pods/eviction in namespace north
	_ = client.PolicyV1().Evictions("north").Evict(ctx, &policyv1.Eviction{})                                                                                       // needs create pods/eviction in namespace north
	_, _ = pods.UpdateEphemeralContainers(ctx, "a", nil, metav1.UpdateOptions{})                                                                                    // needs update pods/ephemeralcontainers in namespace north
	_ = client.CoreV1().RESTClient().Post().Resource("pods").Namespace("north").Name("a").SubResource("exec").Do(ctx)                                               // needs get, create pods/exec in namespace north
	_ = pods.Bind(ctx, nil, metav1.CreateOptions{})                                                                                                                 // needs create pods/binding in namespace north
	_, _ = client.CoreV1().ServiceAccounts("").CreateToken(ctx, "a", nil, metav1.CreateOptions{})                                                                   // needs create serviceaccounts/token
	_, _ = client.AppsV1().Deployments("").GetScale(ctx, "a", metav1.GetOptions{})                                                                                  // needs get deployments/scale
	_, _ = client.AppsV1().Deployments("").UpdateScale(ctx, "a", nil, metav1.UpdateOptions{})                                                                       // needs update deployments/scale
	_, _ = client.AppsV1().Deployments("").ApplyScale(ctx, "a", nil, metav1.ApplyOptions{})                                                                         // needs patch deployments/scale
	_, _ = client.CertificatesV1().CertificateSigningRequests().UpdateApproval(ctx, "a", nil, metav1.UpdateOptions{})                                               // needs update certificatesigningrequests/approval
	_, _ = client.CoreV1().Nodes().PatchStatus(ctx, "a", nil)                                                                                                       // needs patch nodes/status
	_, _ = client.CoreV1().Namespaces().Finalize(ctx, nil, metav1.UpdateOptions{})                                                                                  // needs update namespaces/finalize
	_, _ = client.CoreV1().Events("").SearchWithContext(ctx, nil, nil)                                                                                              // needs list events
	_, _ = client.NetworkingV1().Ingresses("").UpdateStatus(ctx, nil, metav1.UpdateOptions{})                                                                       // needs update ingresses/status
	_, _ = client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, nil, metav1.CreateOptions{})                                                             // needs create selfsubjectaccessreviews
	_ = informers.NewSharedInformerFactory(client, 0).Core().V1().ConfigMaps().Informer()                                                                           // needs list, watch configmaps
	_ = cache.NewListWatchFromClient(client.BatchV1().RESTClient(), "jobs", "north", nil)                                                                           // needs list, watch jobs in namespace north
	record.NewBroadcaster().StartRecordingToSink(&typedcore.EventSinkImpl{Interface: client.CoreV1().Events("")})                                                   // needs create, patch events
	_, _ = resourcelock.New("leases", "system", "a", client.CoreV1(), client.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: string(corev1.NodeReady)}) // needs get, create, update leases in namespace system
}
