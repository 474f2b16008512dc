// Handlers follows objects through an informer: typed handlers, an index of one's own, and a word for the operator when the informer
// cannot list:
//
//	go run ./examples/handlers
//
// It talks to an API server in this process, which refuses the first list, and ends by itself.
package main

import (
	"context"
	"fmt"
	"log"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/generated/informers/externalversions"
	informers "github.com/typewright/typewright/generated/informers/externalversions/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
)

func main() {
	server, err := apitest.New(apitest.Options{Scheme: scheme.Scheme, Resources: fake.Resources()})
	if err != nil {
		log.Fatal(err)
	}
	refusal := apitest.Fail(apierrors.NewForbidden(schema.GroupResource{Resource: "robots"}, "", nil))
	fault := server.Inject(apitest.Fault{Resource: "robots", Do: refusal})
	err = run(context.Background(), versioned.NewForConfigOrDie(server.Config()), fault.Remove)
	server.Close()
	if err != nil {
		log.Fatal(err)
	}
}

// run follows robots while story changes them. It calls grant when it may not list them.
func run(ctx context.Context, client versioned.Interface, grant func()) error {
	ctx, cancel := context.WithCancel(ctx)
	factory := externalversions.NewSharedInformerFactory(client, 0)
	defer func() { cancel(); factory.Shutdown() }()
	robots := factory.Fleet().V1beta1().Robots().TypedInformer()
	if err := robots.AddTypedIndexers(informers.RobotIndexers{"site": func(r *v1beta1.Robot) ([]string, error) {
		return []string{r.Spec.SiteName}, nil
	}}); err != nil {
		return err
	}
	// The informer tries again by itself, ever more slowly. The program need not end, but somebody should know.
	if err := robots.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		fmt.Printf("cannot follow robots; does the role allow list and watch? forbidden: %v\n", apierrors.IsForbidden(err))
		grant()
	}); err != nil {
		return err
	}
	gone := make(chan struct{})
	if _, err := robots.AddTypedEventHandler(informers.RobotHandlerFuncs{
		AddFunc: func(r *v1beta1.Robot) { fmt.Printf("added %s in %s\n", r.Name, r.Spec.SiteName) },
		UpdateFunc: func(old, r *v1beta1.Robot) {
			fmt.Printf("%s went from %s to %s\n", r.Name, old.Spec.SiteName, r.Spec.SiteName)
		},
		// The last state of a robot is not known if it was deleted while the watch was down; its name is.
		DeleteFunc: func(r informers.DeletedRobot) { fmt.Printf("deleted %s\n", r.GetName()); close(gone) },
	}); err != nil {
		return err
	}
	factory.StartWithContext(ctx)
	if err := factory.WaitForCacheSyncWithContext(ctx).AsError(); err != nil {
		return err // which cache has not synced before ctx ended, and why
	}
	if err := story(ctx, client); err != nil {
		return err
	}
	<-gone
	south, err := robots.GetTypedIndexer().ByTypedIndex("site", "south") // shared with other readers: copy before changing
	for _, robot := range south {
		fmt.Printf("in south: %s\n", robot.Name)
	}
	return err
}

// story has two robots come, one move and the other go.
func story(ctx context.Context, client versioned.Interface) error {
	robots := client.FleetV1beta1().Robots("default")
	for _, name := range []string{"ada", "bo"} {
		robot := &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1beta1.RobotSpec{SiteName: "north"}}
		if _, err := robots.Create(ctx, robot, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	if _, err := robots.Patch(ctx, "ada", types.MergePatchType, []byte(`{"spec": {"siteName": "south"}}`), metav1.PatchOptions{}); err != nil {
		return err
	}
	return robots.Delete(ctx, "bo", metav1.DeleteOptions{})
}
