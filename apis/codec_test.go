package apis

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/apis/fleet/v1alpha1"
	"github.com/typewright/typewright/apis/fleet/v1beta1"
	telemetryv1 "github.com/typewright/typewright/apis/telemetry/v1"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	codecfleetv1alpha1 "github.com/typewright/typewright/generated/codec/fleet/v1alpha1"
	codecfleetv1beta1 "github.com/typewright/typewright/generated/codec/fleet/v1beta1"
	codectelemetryv1 "github.com/typewright/typewright/generated/codec/telemetry/v1"
	"github.com/typewright/typewright/test/codectest"
)

const robot = `{
	"apiVersion": "fleet.typewright.dev/v1beta1", "kind": "Robot",
	"metadata": {
		"name": "ada", "namespace": "default", "uid": "7d5c", "resourceVersion": "12", "generation": 3,
		"creationTimestamp": "2026-11-25T01:02:03Z", "deletionTimestamp": null,
		"labels": {"crew": "night"}, "annotations": {}, "finalizers": ["fleet.typewright.dev/park"],
		"ownerReferences": [{"apiVersion": "v1", "kind": "Site", "name": "a", "uid": "1", "controller": true}],
		"managedFields": [{"manager": "m", "operation": "Apply", "time": "2026-11-25T01:02:03Z", "fieldsV1": {"f:spec": {}}}]
	},
	"spec": {
		"model": "carrier-2", "siteName": "north", "paused": true, "serial": "c-7", "payload": "1500m", "speed": "50%",
		"limits": {"current": "2", "temperature": "80"},
		"tasks": [{"name": "sweep", "every": "1h0m0s", "arguments": {"side": "left"}, "retry": {"attempts": 3, "backoff": "5s"}}],
		"zones": ["a", "b"], "route": [[1, 2], []],
		"selector": {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "k", "operator": "In", "values": ["v"]}]}
	},
	"status": {
		"phase": "Working", "observedGeneration": 3, "batteryPercent": 80, "lastSeen": "2026-11-25T01:02:03Z",
		"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": null, "reason": "r", "message": "", "observedGeneration": 2}]
	}
}`

const site = `{
	"apiVersion": "fleet.typewright.dev/v1beta1", "kind": "Site", "metadata": {"name": "north"},
	"spec": {
		"region": "eu", "zones": {"a": {"corners": [[1, 2], [3, 4]], "closed": true}, "b": {}}, "plan": {"any": ["thing", 1.5]},
		"contact": {"mail": "a@example.com", "notes": {"door": ["left", "locked"]}}
	},
	"status": {"robots": 4, "conditions": []}
}`

const archive = `{"apiVersion": "telemetry.fleet.typewright.dev/v1", "kind": "Archive", "metadata": {}, "readings": 70000, "digest": "aGk="}`

func list(items string) []byte {
	return []byte(`{"metadata": {"resourceVersion": "7", "continue": "c", "remainingItemCount": 2}, "items": [` + items + `]}`)
}

func TestDecodersReadWhatReflectionReads(t *testing.T) {
	alpha, beta, telemetry := codecfleetv1alpha1.Table(), codecfleetv1beta1.Table(), codectelemetryv1.Table()
	codectest.Reads(t, beta, &v1beta1.Robot{}, []byte(robot), 10_000)
	codectest.Reads(t, beta, &v1beta1.Site{}, []byte(site), 10_000)
	codectest.Reads(t, beta, &v1beta1.RobotList{}, list(`{"metadata": {"name": "ada"}}, {}`), 10_000)
	codectest.Reads(t, alpha, &v1alpha1.Robot{}, []byte(`{"metadata": {"name": "ada"}, "spec": {}}`), 10_000)
	codectest.Reads(t, telemetry, &telemetryv1.Archive{}, []byte(archive), 10_000)
	codectest.Reads(t, telemetry, &telemetryv1.ArchiveList{}, list(archive), 10_000)
}

func TestEncodersWriteWhatReflectionWrites(t *testing.T) {
	encoders := slices.Concat(codecfleetv1alpha1.Encoders(), codecfleetv1beta1.Encoders(), codectelemetryv1.Encoders())
	written := 0
	for gvk, goType := range scheme.Scheme.AllKnownTypes() {
		kind, ok := reflect.TypeAssert[runtime.Object](reflect.New(goType))
		if _, has := encoders.Write(kind); !ok || !has {
			continue
		}
		written++
		codectest.Writes(t, encoders, kind)
		random := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			obj := reflect.New(goType).Interface()
			codectest.Fill(random, obj)
			if !codectest.SameText(t, encoders, obj) || t.Failed() {
				t.Fatalf("%v is given up: %+v", gvk, obj)
			}
		}
	}
	assert.Len(t, encoders, written)
}

func FuzzEncoders(f *testing.F) {
	f.Add(uint64(1), []byte(robot))
	f.Add(uint64(2), []byte(site))
	decoders, encoders := codecfleetv1beta1.Table(), codecfleetv1beta1.Encoders()
	f.Fuzz(func(t *testing.T, seed uint64, document []byte) {
		random := rand.New(rand.NewPCG(seed, 1))
		for _, obj := range []any{&v1beta1.Robot{}, &v1beta1.Site{}} {
			if decoders.Read(document, obj) {
				codectest.SameText(t, encoders, obj)
			}
			codectest.Fill(random, obj)
			codectest.SameText(t, encoders, obj)
		}
	})
}

func FuzzDecoders(f *testing.F) {
	f.Add([]byte(robot))
	f.Add([]byte(site))
	table := codecfleetv1beta1.Table()
	f.Fuzz(func(t *testing.T, document []byte) {
		codectest.Same(t, table, &v1beta1.Robot{}, document)
		codectest.Same(t, table, &v1beta1.Site{}, document)
	})
}
