package sharding_test

import (
	"context"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/sharding"
)

func Example() {
	scheme := runtime.NewScheme()
	if err := coordinationv1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
		return
	}
	server, err := apitest.New(apitest.Options{Scheme: scheme, InMemory: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := sharding.NewLeases(server.Config(), "default")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var members []*sharding.Membership
	for _, identity := range []string{"replica-1", "replica-2"} {
		member, err := sharding.Join(ctx, client, sharding.Options{Group: "robots", Identity: identity, LeaseDuration: 5 * time.Second})
		if err != nil {
			fmt.Println(err)
			return
		}
		members = append(members, member)
	}
	robot := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "ada", UID: "b4cd3f0c-8d55-4d1c-9a30-4b7b0f8a5a53"}}
	for handled := false; !handled; time.Sleep(10 * time.Millisecond) {
		for _, member := range members {
			if len(member.Status().Members) < len(members) {
				continue
			}
			if work, done, ok := member.Begin(ctx, robot); ok {
				fmt.Println("one of", member.Status().Members, "handles", robot.Name, work.Err())
				done()
				handled = true
				break
			}
		}
	}
	cancel()
	for _, member := range members {
		member.Wait()
	}
	// Output: one of [replica-1 replica-2] handles ada <nil>
}
