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

// Fault is something that goes wrong for a while and is over when it returns.
type Fault struct {
	Name string
	Do   func(ctx context.Context, w *World) error
}

// Prepare lets Alice, as whom the worlds' clients come, do everything.
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

// Some returns a fault that the generator picks, with its times.
func Some(rng *rand.Rand) Fault {
	times := func(limit time.Duration) time.Duration { return time.Duration(rng.Int64N(int64(limit))) }
	down, short, long := times(2*time.Second), times(500*time.Millisecond), times(4*time.Second)
	all := []Fault{
		{fmt.Sprintf("the API server is killed and away for %v", down), func(ctx context.Context, w *World) error {
			return killed(ctx, down, w.Cluster.APIServer)
		}},
		{fmt.Sprintf("etcd is killed and away for %v", down), func(ctx context.Context, w *World) error {
			return killed(ctx, down, w.Cluster.Etcd)
		}},
		{"both are killed", func(ctx context.Context, w *World) error {
			w.Cluster.APIServer.Kill()
			return errors.Join(killed(ctx, 0, w.Cluster.Etcd), w.Cluster.APIServer.Start())
		}},
		{"history is compacted and the API server killed", func(ctx context.Context, w *World) error {
			return errors.Join(w.Cluster.Compact(ctx), killed(ctx, 0, w.Cluster.APIServer))
		}},
		{fmt.Sprintf("the API server freezes for %v", long), func(ctx context.Context, w *World) error {
			return errors.Join(w.Cluster.APIServer.Freeze(), sleep(ctx, long), w.Cluster.APIServer.Thaw())
		}},
		{fmt.Sprintf("etcd freezes for %v", long), func(ctx context.Context, w *World) error {
			return errors.Join(w.Cluster.Etcd.Freeze(), sleep(ctx, long), w.Cluster.Etcd.Thaw())
		}},
		{"connections are reset", instant(func(w *World) { w.Proxy.Reset() })},
		{"connections are half-closed", instant(func(w *World) { w.Proxy.HalfClose() })},
		{fmt.Sprintf("the network is slow by %v", short), func(ctx context.Context, w *World) error {
			w.Proxy.SetDelay(short)
			defer w.Proxy.SetDelay(0)
			return sleep(ctx, 2*time.Second)
		}},
		{fmt.Sprintf("the network is a black hole for %v", long), func(ctx context.Context, w *World) error {
			w.Proxy.BlackHole(true)
			defer w.Proxy.BlackHole(false)
			return sleep(ctx, long)
		}},
		{fmt.Sprintf("connections are refused for %v", down), func(ctx context.Context, w *World) error {
			w.Proxy.Refuse(true)
			defer w.Proxy.Refuse(false)
			w.Proxy.Reset()
			return sleep(ctx, down)
		}},
		{"what passes is garbled", instant(func(w *World) { w.Proxy.Garble(2) })},
		{fmt.Sprintf("priority and fairness let nobody in for %v", long), func(ctx context.Context, w *World) error {
			return flowControlled(ctx, w.Cluster, long)
		}},
	}
	return all[rng.IntN(len(all))]
}

func instant(do func(*World)) func(context.Context, *World) error {
	return func(_ context.Context, w *World) error {
		do(w)
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

// killed ends a process by SIGKILL and starts it again.
func killed(ctx context.Context, away time.Duration, p *cluster.Process) error {
	p.Kill()
	return errors.Join(sleep(ctx, away), p.Start())
}

// flowControlled has the API server answer Alice with 429 for a while.
func flowControlled(ctx context.Context, c *cluster.Cluster, d time.Duration) error {
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
