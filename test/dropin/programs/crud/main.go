// Command crud uses config maps as command-line tools do: it finds the cluster in a kubeconfig with overrides, lists in pages, retries
// on conflicts, patches, applies, and prints errors.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"sort"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	clientv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/pager"
	"k8s.io/client-go/util/retry"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of the kubeconfig")
	namespace := flag.String("namespace", "", "namespace to work in")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	err := run(ctx, *kubeconfig, *namespace)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "crud:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, kubeconfig, namespace string) error {
	config, err := load(kubeconfig, namespace)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if _, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{}); err != nil {
		return err
	}
	maps := client.CoreV1().ConfigMaps(namespace)
	for _, step := range []struct {
		name string
		do   func(context.Context, clientv1.ConfigMapInterface) error
	}{
		{"create", create},
		{"page", page},
		{"conflict", conflict},
		{"patch", patch},
		{"apply", apply},
		{"refusals", refusals},
		{"watch", watchOne},
		{"clean up", cleanUp},
	} {
		fmt.Println("==", step.name)
		if err := step.do(ctx, maps); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	fmt.Println("== without types")
	return untyped(ctx, config, client.Discovery(), namespace)
}

// load reads the kubeconfig as kubectl does, with the namespace overridden.
func load(kubeconfig, namespace string) (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = kubeconfig
	overrides := &clientcmd.ConfigOverrides{}
	overrides.Context.Namespace = namespace
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
	effective, overridden, err := loader.Namespace()
	if err != nil {
		return nil, err
	}
	fmt.Println("namespace overridden:", overridden, effective == namespace)
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, err
	}
	fmt.Println("contexts:", len(raw.Contexts), "current:", raw.CurrentContext != "")
	config, err := loader.ClientConfig()
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	rest.AddUserAgent(config, "dropin")
	return config, nil
}

func create(ctx context.Context, maps clientv1.ConfigMapInterface) error {
	for i := range 25 {
		created, err := maps.Create(ctx, &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("item-%02d", i), Labels: map[string]string{"parity": []string{"even", "odd"}[i%2]}},
			Data:       map[string]string{"index": strconv.Itoa(i)},
		}, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
		if err != nil {
			return err
		}
		if created.UID == "" || created.ResourceVersion == "" {
			return errors.New("the server's fields are missing")
		}
	}
	generated, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "generated-"}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	fmt.Println("created 25 and one with a name of", len(generated.Name), "letters")
	return maps.Delete(ctx, generated.Name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(generated.UID))})
}

func page(ctx context.Context, maps clientv1.ConfigMapInterface) error {
	options := metav1.ListOptions{Limit: 10, LabelSelector: "parity"}
	for {
		list, err := maps.List(ctx, options)
		if err != nil {
			return err
		}
		fmt.Println("page of", len(list.Items), "more:", list.Continue != "")
		if options.Continue = list.Continue; options.Continue == "" {
			break
		}
	}
	selector := labels.SelectorFromSet(labels.Set{"parity": "odd"})
	p := pager.New(pager.SimplePageFunc(func(o metav1.ListOptions) (runtime.Object, error) { return maps.List(ctx, o) }))
	p.PageSize = 5
	var names []string
	err := p.EachListItem(ctx, metav1.ListOptions{LabelSelector: selector.String()}, func(obj runtime.Object) error {
		accessor, err := meta.Accessor(obj)
		names = append(names, accessor.GetName())
		return err
	})
	fmt.Println("odd:", names)
	return err
}

func conflict(ctx context.Context, maps clientv1.ConfigMapInterface) error {
	attempts := 0
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		attempts++
		current, err := maps.Get(ctx, "item-00", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if attempts == 1 { // another client writes first
			other := current.DeepCopy()
			other.Data["other"] = "was here"
			if _, err := maps.Update(ctx, other, metav1.UpdateOptions{}); err != nil {
				return err
			}
		}
		current.Data["attempts"] = strconv.Itoa(attempts)
		_, err = maps.Update(ctx, current, metav1.UpdateOptions{})
		if apierrors.IsConflict(err) {
			fmt.Println("conflict:", apierrors.ReasonForError(err))
		}
		return err
	})
	fmt.Println("attempts:", attempts)
	return err
}

func patch(ctx context.Context, maps clientv1.ConfigMapInterface) error {
	for kind, body := range map[types.PatchType]string{
		types.MergePatchType:          `{"data":{"merge":"yes"}}`,
		types.StrategicMergePatchType: `{"metadata":{"labels":{"strategic":"yes"}}}`,
		types.JSONPatchType:           `[{"op":"add","path":"/data/json","value":"yes"}]`,
	} {
		if _, err := maps.Patch(ctx, "item-01", kind, []byte(body), metav1.PatchOptions{}); err != nil {
			return err
		}
	}
	patched, err := maps.Get(ctx, "item-01", metav1.GetOptions{})
	if err != nil {
		return err
	}
	fmt.Println("patched:", patched.Data, patched.Labels)
	return nil
}

func apply(ctx context.Context, maps clientv1.ConfigMapInterface) error {
	wanted := applycorev1.ConfigMap("applied", "").WithData(map[string]string{"a": "1"}).WithLabels(map[string]string{"by": "apply"})
	wanted.Namespace = nil
	if _, err := maps.Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "one"}); err != nil {
		return err
	}
	contested := applycorev1.ConfigMap("applied", "").WithData(map[string]string{"a": "2"})
	contested.Namespace = nil
	_, err := maps.Apply(ctx, contested, metav1.ApplyOptions{FieldManager: "two"})
	fmt.Println("contested:", apierrors.IsConflict(err))
	applied, err := maps.Apply(ctx, contested, metav1.ApplyOptions{FieldManager: "two", Force: true})
	if err != nil {
		return err
	}
	owned, err := applycorev1.ExtractConfigMap(applied, "two")
	if err != nil {
		return err
	}
	fmt.Println("applied:", applied.Data, applied.Labels, "owned by two:", owned.Data, len(owned.Labels))
	return nil
}

func refusals(ctx context.Context, maps clientv1.ConfigMapInterface) error {
	_, err := maps.Get(ctx, "nobody", metav1.GetOptions{})
	printError("get", err)
	_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "item-00"}}, metav1.CreateOptions{})
	printError("create", err)
	_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "Not_A_Name"}}, metav1.CreateOptions{})
	printError("create", err)
	_, err = maps.List(ctx, metav1.ListOptions{LabelSelector: "a b c"})
	printError("list", err)
	err = maps.Delete(ctx, "item-00", metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions("another")})
	fmt.Println("delete:", apierrors.IsConflict(err))
	_, err = maps.Get(ctx, "..", metav1.GetOptions{})
	fmt.Println("name that leads elsewhere:", err != nil && !apierrors.IsNotFound(err))
	return nil
}

// printError prints an error with all fields of its status.
func printError(what string, err error) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		fmt.Println(what, "no status:", err)
		return
	}
	s := status.Status()
	fmt.Println(what, s.Code, s.Reason, s.Message)
	if s.Details != nil {
		fmt.Println("  details:", s.Details.Name, s.Details.Group, s.Details.Kind, s.Details.Causes)
	}
}

func watchOne(ctx context.Context, maps clientv1.ConfigMapInterface) error {
	list, err := maps.List(ctx, metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("metadata.name", "item-02").String()})
	if err != nil {
		return err
	}
	w, err := maps.Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion, FieldSelector: "metadata.name=item-02"})
	if err != nil {
		return err
	}
	defer w.Stop()
	item := list.Items[0].DeepCopy()
	item.Data["watched"] = "yes"
	if _, err := maps.Update(ctx, item, metav1.UpdateOptions{}); err != nil {
		return err
	}
	if err := maps.Delete(ctx, "item-02", metav1.DeleteOptions{}); err != nil {
		return err
	}
	for event := range w.ResultChan() {
		obj, ok := event.Object.(*corev1.ConfigMap)
		if !ok {
			return fmt.Errorf("an event of %T", event.Object)
		}
		fmt.Println(event.Type, obj.Name, obj.Data)
		if event.Type == watch.Deleted {
			return nil
		}
	}
	return errors.New("the watch ended early")
}

func cleanUp(ctx context.Context, maps clientv1.ConfigMapInterface) error {
	err := maps.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "parity=even"})
	if err != nil {
		return err
	}
	left, err := maps.List(ctx, metav1.ListOptions{LabelSelector: "parity in (odd, even)"})
	fmt.Println("left:", len(left.Items))
	return err
}

// untyped reads the same objects with discovery, a RESTMapper and the dynamic client, and with a REST client.
func untyped(ctx context.Context, config *rest.Config, disco discovery.DiscoveryInterface, namespace string) error {
	version, err := disco.ServerVersion()
	if err != nil {
		return err
	}
	resources, err := restmapper.GetAPIGroupResources(disco)
	if err != nil {
		return err
	}
	mapping, err := restmapper.NewDiscoveryRESTMapper(resources).RESTMapping(schema.GroupKind{Kind: "ConfigMap"})
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	list, err := client.Resource(mapping.Resource).Namespace(namespace).List(ctx, metav1.ListOptions{LabelSelector: "parity"})
	if err != nil {
		return err
	}
	var names []string
	for _, item := range list.Items {
		names = append(names, item.GetName())
	}
	sort.Strings(names)
	fmt.Println(version.Major, version.Minor, mapping.Resource, mapping.Scope.Name(), names)

	byHand := rest.CopyConfig(config)
	byHand.GroupVersion, byHand.APIPath = &schema.GroupVersion{Version: "v1"}, "/api"
	byHand.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	raw, err := rest.RESTClientFor(byHand)
	if err != nil {
		return err
	}
	var one corev1.ConfigMap
	err = raw.Get().Namespace(namespace).Resource("configmaps").Name("item-01").VersionedParams(&metav1.GetOptions{}, scheme.ParameterCodec).Do(ctx).Into(&one)
	fmt.Println("by hand:", one.Name, one.Data)
	return err
}
