package clients_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	fleetv1alpha1 "github.com/typewright/typewright/apis/fleet/v1alpha1"
	fleetv1beta1 "github.com/typewright/typewright/apis/fleet/v1beta1"
	telemetryv1 "github.com/typewright/typewright/apis/telemetry/v1"
	applyalpha "github.com/typewright/typewright/generated/applyconfiguration/fleet/v1alpha1"
	applyfleet "github.com/typewright/typewright/generated/applyconfiguration/fleet/v1beta1"
	applytelemetry "github.com/typewright/typewright/generated/applyconfiguration/telemetry/v1"
)

// robot returns a robot in which every field is set.
func robot(name string) *fleetv1beta1.Robot {
	return &fleetv1beta1.Robot{
		ObjectMeta: named(name),
		Spec: fleetv1beta1.RobotSpec{
			Model: "carrier-2", SiteName: "north", Paused: true, Serial: new("ab-12"), Payload: new(resource.MustParse("1500m")),
			Speed: new(intstr.FromString("80%")), Limits: fleetv1beta1.Limits{"current": resource.MustParse("16")},
			Tasks: []fleetv1beta1.Task{{
				Name: "sweep", Every: metav1.Duration{Duration: 90 * time.Minute}, Arguments: map[string]string{"brush": "soft"},
				Retry: &fleetv1beta1.RetryPolicy{Attempts: 3, Backoff: metav1.Duration{Duration: time.Second}},
			}},
			Zones:    []string{"a", "b"},
			Selector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "k", Operator: "In", Values: []string{"v"}}}},
			Route:    [][]int64{{0, -5}, {1 << 52, 7}},
		},
	}
}

func TestCustomKinds(t *testing.T) {
	ns := namespace(t, "custom")
	c := custom(t, live.Config())
	for name, lifecycle := range map[string]func(*testing.T, string){
		"robots": kind[*fleetv1beta1.Robot, *fleetv1beta1.RobotList, *applyfleet.RobotApplyConfiguration]{
			resource: "robots.v1beta1.fleet.typewright.dev", ns: ns, client: c.FleetV1beta1().Robots(ns), make: robot,
			change: func(r *fleetv1beta1.Robot) { r.Spec.Zones = []string{"c"} },
			status: func(r *fleetv1beta1.Robot) {
				r.Status = fleetv1beta1.RobotStatus{
					Phase: fleetv1beta1.RobotWorking, ObservedGeneration: r.Generation, BatteryPercent: new(int32(0)), LastSeen: new(metav1.Unix(1e9, 0)),
					Conditions: []metav1.Condition{{Type: "Ready", Status: "True", Reason: "Test", LastTransitionTime: metav1.Unix(1e9, 0)}},
				}
			},
			apply: func(name string) *applyfleet.RobotApplyConfiguration {
				return applyfleet.Robot(name, ns).WithLabels(here)
			},
		}.lifecycle,
		"robots v1alpha1": kind[*fleetv1alpha1.Robot, *fleetv1alpha1.RobotList, *applyalpha.RobotApplyConfiguration]{
			resource: "robots.v1alpha1.fleet.typewright.dev", partlyStored: true, ns: ns, client: c.FleetV1alpha1().Robots(ns),
			make: func(name string) *fleetv1alpha1.Robot {
				return &fleetv1alpha1.Robot{ObjectMeta: named(name), Spec: fleetv1alpha1.RobotSpec{Model: "m", Site: "s", Tasks: []string{"b", "a"}}}
			},
			change: func(r *fleetv1alpha1.Robot) { r.Spec.Tasks = nil },
			apply: func(name string) *applyalpha.RobotApplyConfiguration {
				return applyalpha.Robot(name, ns).WithLabels(here)
			},
		}.lifecycle,
		"sites": kind[*fleetv1beta1.Site, *fleetv1beta1.SiteList, *applyfleet.SiteApplyConfiguration]{
			resource: "sites.v1beta1.fleet.typewright.dev", client: c.FleetV1beta1().Sites(),
			make: func(name string) *fleetv1beta1.Site {
				return &fleetv1beta1.Site{ObjectMeta: named(name), Spec: fleetv1beta1.SiteSpec{
					Region: "eu", Zones: map[string]fleetv1beta1.Zone{"a": {Corners: [][2]int64{{1, 2}, {3, 4}}}},
					Plan:    runtime.RawExtension{Raw: []byte(`{"free":{"form":[1,2.5,true,null]}}`)},
					Contact: fleetv1beta1.Contact{Mail: "a@example.com", Notes: map[string][]string{"x": {"y"}}},
				}}
			},
			change: func(s *fleetv1beta1.Site) { s.Spec.Region = "us" },
			status: func(s *fleetv1beta1.Site) { s.Status.Robots = 7 },
			apply:  func(name string) *applyfleet.SiteApplyConfiguration { return applyfleet.Site(name).WithLabels(here) },
		}.lifecycle,
		"probes": kind[*telemetryv1.Probe, *telemetryv1.ProbeList, *applytelemetry.ProbeApplyConfiguration]{
			resource: "probes", ns: ns, client: c.TelemetryV1().Probes(ns),
			make: func(name string) *telemetryv1.Probe {
				return &telemetryv1.Probe{ObjectMeta: named(name), Spec: telemetryv1.ProbeSpec{
					Quantity: "temperature", Unit: "K", Ranges: map[string]*telemetryv1.Range{"carrier-2": {Low: 0.1, High: 1e9}},
				}}
			},
			change: func(p *telemetryv1.Probe) { p.Spec.Unit = "mK" },
			apply: func(name string) *applytelemetry.ProbeApplyConfiguration {
				return applytelemetry.Probe(name, ns).WithLabels(here)
			},
		}.lifecycle,
		"thresholds": kind[*telemetryv1.Threshold, *telemetryv1.ThresholdList, *applytelemetry.ThresholdApplyConfiguration]{
			resource: "thresholds", client: c.TelemetryV1().Thresholds(),
			make: func(name string) *telemetryv1.Threshold {
				return &telemetryv1.Threshold{ObjectMeta: named(name), Quantity: "temperature", Above: 1.5}
			},
			change: func(h *telemetryv1.Threshold) { h.Above = 2 },
			apply: func(name string) *applytelemetry.ThresholdApplyConfiguration {
				return applytelemetry.Threshold(name).WithLabels(here)
			},
		}.lifecycle,
	} {
		t.Run(name, func(t *testing.T) { lifecycle(t, "custom") })
	}
}

// An object that is written in one version can be read in the other.
func TestVersionsShareObjects(t *testing.T) {
	ns := namespace(t, "versions")
	c := custom(t, live.Config())
	r := robot("r")
	r.Spec.Tasks = nil // v1alpha1 has another type for tasks
	_, err := c.FleetV1beta1().Robots(ns).Create(t.Context(), r, metav1.CreateOptions{})
	require.NoError(t, err)
	old, err := c.FleetV1alpha1().Robots(ns).Get(t.Context(), "r", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "carrier-2", old.Spec.Model)
	assert.Empty(t, old.Spec.Site, "the field has another name in v1alpha1, and there is no conversion")
}

// A readonly client reads objects that another client writes.
func TestReadonlyKind(t *testing.T) {
	ns := namespace(t, "readonly")
	kubectl(t, "create", "-n", ns, "-f", writeManifest(t, `{"apiVersion":"telemetry.fleet.typewright.dev/v1","kind":"Archive","metadata":{"name":"a"},"readings":9007199254740993,"digest":"AAH/"}`))
	archives := custom(t, live.Config()).TelemetryV1().Archives(ns)
	got, err := archives.Get(t.Context(), "a", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, int64(9007199254740993), got.Readings)
	assert.Equal(t, []byte{0, 1, 255}, got.Digest)
	list, err := archives.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Len(t, list.Items, 1)
}

// Violations of the schema and of its CEL rules are the causes of an Invalid error.
func TestSchemaErrors(t *testing.T) {
	ns := namespace(t, "schema")
	bad := robot("bad")
	bad.Spec.Serial, bad.Spec.Tasks[0].Retry.Attempts = new("x"), 0
	robots := custom(t, live.Config()).FleetV1beta1().Robots(ns)
	_, err := robots.Create(t.Context(), bad, metav1.CreateOptions{})
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	assert.ErrorContains(t, err, "spec.tasks[0].retry.attempts")
	bad.Spec.Tasks[0].Retry.Attempts = 1
	_, err = robots.Create(t.Context(), bad, metav1.CreateOptions{})
	require.True(t, apierrors.HasStatusCause(err, metav1.CauseTypeFieldValueInvalid), "%v", err)
	assert.ErrorContains(t, err, "a serial number has three characters at least")
}

// Lists and watches can select by a field that the definition declares selectable.
func TestSelectableFields(t *testing.T) {
	ns := namespace(t, "selectable")
	robots := custom(t, live.Config()).FleetV1beta1().Robots(ns)
	for _, site := range []string{"north", "south"} {
		r := robot("in-" + site)
		r.Spec.SiteName = site
		_, err := robots.Create(t.Context(), r, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	list, err := robots.List(t.Context(), metav1.ListOptions{FieldSelector: "spec.siteName=south"})
	require.NoError(t, err)
	assert.Equal(t, []string{"in-south"}, names(t, list))
}
