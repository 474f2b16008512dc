// Package scale reads and changes the number of replicas of all resources with a scale subresource, such as
// deployments, replica sets and custom resources, without their Go types.
//
// Discovery tells the version of Scale that a resource uses; callers always get autoscaling/v1.
//
//	scales, err := scale.NewForConfig(config, mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(discoveryClient))
//	…
//	deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
//	current, err := scales.Scales("shop").Get(ctx, deployments, "web", metav1.GetOptions{})
//	…
//	current.Spec.Replicas = 3
//	_, err = scales.Scales("shop").Update(ctx, deployments, current, metav1.UpdateOptions{})
package scale
