// Package scale reads and changes the number of replicas of anything that has a scale subresource: deployments and
// replica sets as well as custom resources, without knowing their types.
//
// Which version of Scale a resource speaks is found by discovery; whatever it is, callers see autoscaling/v1.
//
//	scales, err := scale.NewForConfig(config, mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(discoveryClient))
//	…
//	deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
//	current, err := scales.Scales("shop").Get(ctx, deployments, "web", metav1.GetOptions{})
//	…
//	current.Spec.Replicas = 3
//	_, err = scales.Scales("shop").Update(ctx, deployments, current, metav1.UpdateOptions{})
package scale
