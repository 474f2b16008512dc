package kinds

// handy has the short names and categories of a built-in resource.
type handy struct {
	short      []string
	categories []string
}

var all = []string{"all"}

var handles = map[string]handy{
	"pods":                                   {[]string{"po"}, all},
	"services":                               {[]string{"svc"}, all},
	"replicationcontrollers":                 {[]string{"rc"}, all},
	"deployments.apps":                       {[]string{"deploy"}, all},
	"replicasets.apps":                       {[]string{"rs"}, all},
	"statefulsets.apps":                      {[]string{"sts"}, all},
	"daemonsets.apps":                        {[]string{"ds"}, all},
	"jobs.batch":                             {nil, all},
	"cronjobs.batch":                         {[]string{"cj"}, all},
	"horizontalpodautoscalers.autoscaling":   {[]string{"hpa"}, all},
	"nodes":                                  {[]string{"no"}, nil},
	"namespaces":                             {[]string{"ns"}, nil},
	"configmaps":                             {[]string{"cm"}, nil},
	"endpoints":                              {[]string{"ep"}, nil},
	"events":                                 {[]string{"ev"}, nil},
	"events.events.k8s.io":                   {[]string{"ev"}, nil},
	"limitranges":                            {[]string{"limits"}, nil},
	"persistentvolumes":                      {[]string{"pv"}, nil},
	"persistentvolumeclaims":                 {[]string{"pvc"}, nil},
	"resourcequotas":                         {[]string{"quota"}, nil},
	"serviceaccounts":                        {[]string{"sa"}, nil},
	"componentstatuses":                      {[]string{"cs"}, nil},
	"ingresses.networking.k8s.io":            {[]string{"ing"}, nil},
	"networkpolicies.networking.k8s.io":      {[]string{"netpol"}, nil},
	"poddisruptionbudgets.policy":            {[]string{"pdb"}, nil},
	"priorityclasses.scheduling.k8s.io":      {[]string{"pc"}, nil},
	"storageclasses.storage.k8s.io":          {[]string{"sc"}, nil},
	"volumeattributesclasses.storage.k8s.io": {[]string{"vac"}, nil},
	"certificatesigningrequests.certificates.k8s.io": {[]string{"csr"}, nil},
}

func (r *Resource) describeForKubectl() {
	known := handles[r.GroupResource().String()]
	r.ShortNames, r.Categories = known.short, known.categories
}
