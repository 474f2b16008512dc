package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	flowv1 "k8s.io/api/flowcontrol/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/test/e2e/cluster"
)

// Fault is a failure of a server or of the network. Do causes it, and returns when it is over.
type Fault struct {
	Name string
	Do   func(ctx context.Context, h *Harness) error
}

// Prepare makes Alice, the user of all clients of a Harness, a cluster administrator.
func Prepare(ctx context.Context, c *cluster.Cluster) error {
	client, err := kubernetes.NewForConfig(c.Config())
	if err != nil {
		return err
	}
	_, err = client.RbacV1().ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "faults"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: cluster.Alice}},
	}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// Random returns a random fault with random durations.
func Random(rng *rand.Rand) Fault {
	times := func(limit time.Duration) time.Duration { return time.Duration(rng.Int64N(int64(limit))) }
	down, short, long := times(2*time.Second), times(500*time.Millisecond), times(4*time.Second)
	all := []Fault{
		{fmt.Sprintf("the API server is killed and down for %v", down), func(ctx context.Context, h *Harness) error {
			return killAndRestart(ctx, down, h.Cluster.APIServer)
		}},
		{fmt.Sprintf("etcd is killed and down for %v", down), func(ctx context.Context, h *Harness) error {
			return killAndRestart(ctx, down, h.Cluster.Etcd)
		}},
		{"both are killed", func(ctx context.Context, h *Harness) error {
			h.Cluster.APIServer.Kill()
			return errors.Join(killAndRestart(ctx, 0, h.Cluster.Etcd), h.Cluster.APIServer.Start())
		}},
		{"etcd is compacted and the API server is killed", func(ctx context.Context, h *Harness) error {
			return errors.Join(h.Cluster.Compact(ctx), killAndRestart(ctx, 0, h.Cluster.APIServer))
		}},
		{fmt.Sprintf("the API server freezes for %v", long), func(ctx context.Context, h *Harness) error {
			return errors.Join(h.Cluster.APIServer.Freeze(), sleep(ctx, long), h.Cluster.APIServer.Thaw())
		}},
		{fmt.Sprintf("etcd freezes for %v", long), func(ctx context.Context, h *Harness) error {
			return errors.Join(h.Cluster.Etcd.Freeze(), sleep(ctx, long), h.Cluster.Etcd.Thaw())
		}},
		{"connections are reset", withoutDuration(func(h *Harness) { h.Proxy.Reset() })},
		{"connections are half-closed", withoutDuration(func(h *Harness) { h.Proxy.HalfClose() })},
		{fmt.Sprintf("the network delays by %v", short), func(ctx context.Context, h *Harness) error {
			h.Proxy.SetDelay(short)
			defer h.Proxy.SetDelay(0)
			return sleep(ctx, 2*time.Second)
		}},
		{fmt.Sprintf("the network drops everything for %v", long), func(ctx context.Context, h *Harness) error {
			h.Proxy.BlackHole(true)
			defer h.Proxy.BlackHole(false)
			return sleep(ctx, long)
		}},
		{fmt.Sprintf("connections are refused for %v", down), func(ctx context.Context, h *Harness) error {
			h.Proxy.Refuse(true)
			defer h.Proxy.Refuse(false)
			h.Proxy.Reset()
			return sleep(ctx, down)
		}},
		{"data is corrupted", withoutDuration(func(h *Harness) { h.Proxy.Garble(2) })},
		{fmt.Sprintf("priority and fairness reject all requests for %v", long), func(ctx context.Context, h *Harness) error {
			return rejectByFlowControl(ctx, h.Cluster, long)
		}},
	}
	return all[rng.IntN(len(all))]
}

func withoutDuration(do func(*Harness)) func(context.Context, *Harness) error {
	return func(_ context.Context, h *Harness) error {
		do(h)
		return nil
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// killAndRestart kills a process and starts it again after some time.
func killAndRestart(ctx context.Context, down time.Duration, p *cluster.Process) error {
	p.Kill()
	return errors.Join(sleep(ctx, down), p.Start())
}

// rejectByFlowControl makes the API server respond to Alice with 429 for a while.
func rejectByFlowControl(ctx context.Context, c *cluster.Cluster, d time.Duration) error {
	client, err := kubernetes.NewForConfig(c.Config())
	if err != nil {
		return err
	}
	flows := client.FlowcontrolV1()
	none := int32(0)
	_, err = flows.PriorityLevelConfigurations().Create(ctx, &flowv1.PriorityLevelConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "nobody"},
		Spec: flowv1.PriorityLevelConfigurationSpec{
			Type: flowv1.PriorityLevelEnablementLimited,
			Limited: &flowv1.LimitedPriorityLevelConfiguration{
				NominalConcurrencyShares: &none, LendablePercent: &none, BorrowingLimitPercent: &none,
				LimitResponse: flowv1.LimitResponse{Type: flowv1.LimitResponseTypeReject},
			},
		},
	}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("make a priority level: %w", err)
	}
	rules := []flowv1.PolicyRulesWithSubjects{{
		Subjects: []flowv1.Subject{{Kind: flowv1.SubjectKindUser, User: &flowv1.UserSubject{Name: cluster.Alice}}},
		ResourceRules: []flowv1.ResourcePolicyRule{{
			Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}, ClusterScope: true, Namespaces: []string{"*"},
		}},
	}}
	_, err = flows.FlowSchemas().Create(ctx, &flowv1.FlowSchema{
		ObjectMeta: metav1.ObjectMeta{Name: "nobody"},
		Spec: flowv1.FlowSchemaSpec{
			PriorityLevelConfiguration: flowv1.PriorityLevelConfigurationReference{Name: "nobody"}, MatchingPrecedence: 2, Rules: rules,
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("make a flow schema: %w", err)
	}
	return errors.Join(sleep(ctx, d), flows.FlowSchemas().Delete(context.WithoutCancel(ctx), "nobody", metav1.DeleteOptions{}))
}
