// Package typed is the generic core that generated code instantiates: clients, listers, informers and the body of
// informer factories. Logic lives here, once; what the generators emit is names and types.
//
// Programs rarely use this package directly. They may want [All], which pages through a list of any size with a range
// loop, and the methods that every generated client has in addition to the verbs of its interface: [Client.All],
// [Client.StreamList] and [Client.StreamWatch].
//
// # Typed clients
//
// A generated client embeds an [ApplyClient] (or a [Client], if no apply configurations are emitted); its interface
// decides which verbs a user sees. Extra methods are one line each over the Subresource functions. A [Group] builds the
// REST client that all kinds of a group-version share:
//
//	var group = typed.NewGroup(schema.GroupVersion{Group: "fleet.example.com", Version: "v1"}, fleetv1.AddToScheme)
//
//	type robots struct {
//		*typed.ApplyClient[*fleetv1.Robot, *fleetv1.RobotList, *applyfleetv1.RobotApplyConfiguration]
//	}
//
//	func newRobots(c *FleetV1Client, namespace string) *robots {
//		return &robots{typed.NewApplyClient[*fleetv1.Robot, *fleetv1.RobotList, *applyfleetv1.RobotApplyConfiguration](
//			typed.Options[*fleetv1.Robot, *fleetv1.RobotList]{
//				Resource:       "robots",
//				REST:           c.RESTClient(),
//				ParameterCodec: group.ParameterCodec(),
//				Namespace:      namespace,
//				Namespaced:     true,
//				New:            func() *fleetv1.Robot { return &fleetv1.Robot{} },
//				NewList:        func() *fleetv1.RobotList { return &fleetv1.RobotList{} },
//			},
//		)}
//	}
//
//	func (c *robots) GetScale(ctx context.Context, robotName string, options metav1.GetOptions) (*autoscalingv1.Scale, error) {
//		return typed.SubresourceGet[autoscalingv1.Scale](ctx, c.At(robotName, "scale"), options)
//	}
//
//	func (c *robots) UpdateScale(ctx context.Context, robotName string, scale *autoscalingv1.Scale, opts metav1.UpdateOptions) (*autoscalingv1.Scale, error) {
//		return typed.SubresourceUpdate[autoscalingv1.Scale](ctx, c.At(robotName, "scale"), scale, opts)
//	}
//
//	func (c *robots) ApplyScale(ctx context.Context, robotName string, scale *applyautoscalingv1.ScaleApplyConfiguration, opts metav1.ApplyOptions) (*autoscalingv1.Scale, error) {
//		return typed.SubresourceApply[autoscalingv1.Scale](ctx, c.At(robotName, "scale"), scale, opts)
//	}
//
// A kind without a list type uses [NoList] as its list and leaves Options.NewList nil.
//
// # Listers
//
//	type robotLister struct{ typed.Lister[*fleetv1.Robot] }
//
//	func NewRobotLister(indexer cache.Indexer) RobotLister {
//		return &robotLister{typed.NewLister[*fleetv1.Robot](indexer, fleetv1.Resource("robot"))}
//	}
//
//	func (s *robotLister) Robots(namespace string) RobotNamespaceLister {
//		return robotNamespaceLister{typed.NewNamespaceLister(s.Lister, namespace)}
//	}
//
//	type robotNamespaceLister struct{ typed.Lister[*fleetv1.Robot] }
//
// # Informers
//
//	func (f *robotInformer) defaultInformer(client versioned.Interface, resyncPeriod time.Duration) cache.SharedIndexInformer {
//		return NewTypedRobotInformerWithOptions(client, f.namespace, internalinterfaces.InformerOptions{
//			ResyncPeriod:     resyncPeriod,
//			Indexers:         cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc},
//			InformerName:     f.factory.InformerName(),
//			TweakListOptions: f.tweakListOptions,
//			SharedOptions:    f.factory.SharedOptions(&fleetv1.Robot{}),
//		})
//	}
//
//	func NewTypedRobotInformerWithOptions(client versioned.Interface, namespace string, options internalinterfaces.InformerOptions) RobotIndexInformer {
//		return typed.NewInformer[*fleetv1.Robot](
//			func() typed.ListWatcher[*fleetv1.RobotList] { return client.FleetV1().Robots(namespace) },
//			typed.InformerOptions{
//				Client:           client,
//				Resource:         fleetv1.SchemeGroupVersion.WithResource("robots"),
//				ResyncPeriod:     options.ResyncPeriod,
//				Indexers:         options.Indexers,
//				InformerName:     options.InformerName,
//				TweakListOptions: options.TweakListOptions,
//				SharedOptions:    options.SharedOptions,
//			},
//		)
//	}
//
// # Informer factories
//
// A generated factory embeds an [InformerFactory] over the clientset's interface and its own NewInformerFunc, and
// inherits Start, StartWithContext, Shutdown, WaitForCacheSync, WaitForCacheSyncWithContext, InformerFor,
// SharedOptions and InformerName. Its options set fields of [FactoryOptions]:
//
//	type sharedInformerFactory struct {
//		typed.InformerFactory[versioned.Interface, internalinterfaces.NewInformerFunc]
//	}
//
//	func WithNamespace(namespace string) SharedInformerOption {
//		return func(factory *sharedInformerFactory) *sharedInformerFactory {
//			factory.Options.Namespace = namespace
//			return factory
//		}
//	}
//
//	func NewSharedInformerFactoryWithOptions(client versioned.Interface, defaultResync time.Duration, options ...SharedInformerOption) SharedInformerFactory {
//		factory := &sharedInformerFactory{}
//		factory.Options.Client, factory.Options.DefaultResync = client, defaultResync
//		for _, option := range options {
//			factory = option(factory)
//		}
//		return factory
//	}
//
//	func (f *sharedInformerFactory) Fleet() fleet.Interface {
//		return fleet.New(f, f.Options.Namespace, f.Options.TweakListOptions)
//	}
//
// # Versions
//
// Every generated package refers to a constant such as [IsAtLeastVersion1], so that a runtime that is too old for it
// fails to compile, with a name that says why.
package typed

// Generated code refers to the constants below:
//
//	const _ = typed.IsAtLeastVersion1
//
// When a generator starts to need something new in this package, it adds the next constant and emits a reference to it.
// Its code then does not compile with an older runtime, and the compiler's message names what is missing: "undefined:
// typed.IsAtLeastVersion2". No constant is removed within a major version of the module, so that clients generated at
// different times link into one program.
const (
	// IsAtLeastVersion1 is in every runtime that has clients, listers, informers and informer factories.
	IsAtLeastVersion1 = true
)
