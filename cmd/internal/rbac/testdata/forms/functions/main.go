// Command functions has calls in closures, method values, method expressions and functions that are passed on.
package main

import (
	"context"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	fleet "github.com/typewright/typewright/generated/clientset/versioned/typed/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/rest"
)

type program struct {
	robots fleet.RobotInterface
	steps  map[string]func(context.Context) error
}

func main() {
	client := versioned.NewForConfigOrDie(&rest.Config{})
	p := program{robots: client.FleetV1beta1().Robots("")}
	remove := p.robots.Delete // needs delete robots
	list := fleet.RobotInterface.List
	p.steps = map[string]func(context.Context) error{"create": p.create, "nothing": func(ctx context.Context) error {
		_, err := p.robots.Get(ctx, "a", metav1.GetOptions{}) // needs get robots
		return err
	}}
	var once sync.Once
	once.Do(p.watch)
	each(client, func(name string) {
		_ = client.FleetV1beta1().Sites().Delete(context.Background(), name, metav1.DeleteOptions{}) // needs delete sites
	})
	_ = remove
	_, _ = list(p.robots, context.Background(), metav1.ListOptions{}) // needs list robots
}

func (p *program) create(ctx context.Context) error {
	_, err := p.robots.Create(ctx, nil, metav1.CreateOptions{}) // needs create robots
	return err
}

func (p *program) watch() {
	_, _ = p.robots.Watch(context.Background(), metav1.ListOptions{}) // needs watch robots
}

func each(client versioned.Interface, do func(string)) {
	sites, _ := client.FleetV1beta1().Sites().List(context.Background(), metav1.ListOptions{}) // needs list sites
	for _, s := range sites.Items {
		do(s.Name)
	}
}
