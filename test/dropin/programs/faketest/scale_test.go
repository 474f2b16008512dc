package faketest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
)

func deployment(name, tier string, replicas int32) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Labels: map[string]string{"tier": tier}},
		Spec:       appsv1.DeploymentSpec{Replicas: &replicas},
	}
}

func TestScaleDown(t *testing.T) {
	client := fake.NewSimpleClientset(deployment("web", "front", 3), deployment("cart", "front", 0), deployment("db", "back", 1))
	scaled, err := ScaleDown(context.Background(), client, "shop", "tier=front")
	fmt.Println("scaled:", scaled, err)
	for _, action := range client.Actions() {
		fmt.Println(action.GetVerb(), action.GetNamespace(), action.GetResource(), action.GetSubresource())
		if update, ok := action.(clienttesting.UpdateAction); ok {
			d := update.GetObject().(*appsv1.Deployment)
			fmt.Println("  to", *d.Spec.Replicas, d.Annotations)
		}
	}
	web, err := client.AppsV1().Deployments("shop").Get(context.Background(), "web", metav1.GetOptions{})
	fmt.Println(*web.Spec.Replicas, web.Annotations, err)
	if len(scaled) != 1 {
		t.Fatal("web alone is to be scaled")
	}
}

func TestScaleDownRetriesOnConflict(t *testing.T) {
	client := fake.NewSimpleClientset(deployment("web", "front", 3))
	conflicts := 0
	client.PrependReactor("update", "deployments", func(clienttesting.Action) (bool, runtime.Object, error) {
		if conflicts++; conflicts > 2 {
			return false, nil, nil
		}
		return true, nil, apierrors.NewConflict(schema.GroupResource{Group: "apps", Resource: "deployments"}, "web", errors.New("changed"))
	})
	scaled, err := ScaleDown(context.Background(), client, "shop", "")
	fmt.Println("scaled:", scaled, err, "after conflicts:", conflicts-1)
	if err != nil {
		t.Fatal(err)
	}
}

func TestScaleDownReturnsErrors(t *testing.T) {
	client := fake.NewSimpleClientset()
	client.PrependReactor("list", "*", func(action clienttesting.Action) (bool, runtime.Object, error) {
		restrictions := action.(clienttesting.ListAction).GetListRestrictions()
		fmt.Println("asked for:", restrictions.Labels)
		return true, nil, errors.New("no luck")
	})
	_, err := ScaleDown(context.Background(), client, "shop", "tier=front")
	fmt.Println(err)
	if err == nil {
		t.Fatal("the error is lost")
	}
}

func TestInformersWithFakeClientset(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	client := fake.NewSimpleClientset(deployment("web", "front", 3))
	watching := make(chan struct{}, 10)
	client.PrependWatchReactor("deployments", func(action clienttesting.Action) (bool, watch.Interface, error) {
		w, err := client.Tracker().Watch(action.GetResource(), action.GetNamespace())
		watching <- struct{}{}
		return true, w, err
	})
	factory := informers.NewSharedInformerFactory(client, 0)
	events := make(chan string, 10)
	_, err := factory.Apps().V1().Deployments().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(obj interface{}) { events <- "add " + obj.(*appsv1.Deployment).Name },
		DeleteFunc: func(obj interface{}) { events <- "delete " + obj.(*appsv1.Deployment).Name },
	})
	if err != nil {
		t.Fatal(err)
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), factory.Apps().V1().Deployments().Informer().HasSynced) {
		t.Fatal("not synced")
	}
	<-watching
	fmt.Println(<-events)
	if _, err := client.AppsV1().Deployments("shop").Create(ctx, deployment("db", "back", 1), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	fmt.Println(<-events)
	if err := client.AppsV1().Deployments("shop").Delete(ctx, "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	fmt.Println(<-events)
	err = client.Tracker().Add(deployment("late", "front", 1))
	fmt.Println(<-events, err)
	d, err := factory.Apps().V1().Deployments().Lister().Deployments("shop").Get("db")
	fmt.Println(d.Name, err)
	cancel()
	factory.Shutdown()
}
