package kubernetes_test

import (
	"encoding/json"
	"maps"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	"k8s.io/apimachinery/pkg/runtime/schema"

	codecadmissionregistrationv1 "github.com/typewright/typewright/generated/kubernetes/codec/admissionregistration/v1"
	codecapiserverinternalv1alpha1 "github.com/typewright/typewright/generated/kubernetes/codec/apiserverinternal/v1alpha1"
	codecappsv1 "github.com/typewright/typewright/generated/kubernetes/codec/apps/v1"
	codecautoscalingv2 "github.com/typewright/typewright/generated/kubernetes/codec/autoscaling/v2"
	codecbatchv1 "github.com/typewright/typewright/generated/kubernetes/codec/batch/v1"
	codeccertificatesv1 "github.com/typewright/typewright/generated/kubernetes/codec/certificates/v1"
	codeccorev1 "github.com/typewright/typewright/generated/kubernetes/codec/core/v1"
	codecdiscoveryv1 "github.com/typewright/typewright/generated/kubernetes/codec/discovery/v1"
	codeceventsv1 "github.com/typewright/typewright/generated/kubernetes/codec/events/v1"
	codecflowcontrolv1 "github.com/typewright/typewright/generated/kubernetes/codec/flowcontrol/v1"
	codecnetworkingv1 "github.com/typewright/typewright/generated/kubernetes/codec/networking/v1"
	codecpolicyv1 "github.com/typewright/typewright/generated/kubernetes/codec/policy/v1"
	codecrbacv1 "github.com/typewright/typewright/generated/kubernetes/codec/rbac/v1"
	codecresourcev1 "github.com/typewright/typewright/generated/kubernetes/codec/resource/v1"
	codecschedulingv1alpha3 "github.com/typewright/typewright/generated/kubernetes/codec/scheduling/v1alpha3"
	codecstoragev1 "github.com/typewright/typewright/generated/kubernetes/codec/storage/v1"
	"github.com/typewright/typewright/generated/kubernetes/scheme"
	"github.com/typewright/typewright/runtime/codec"
	"github.com/typewright/typewright/test/codectest"
)

// TestDecodersReadWhatReflectionReads fills objects of every kind and list with whatever comes, and holds decoders to what
// sigs.k8s.io/json makes of their documents, and of variants of these.
func TestDecodersReadWhatReflectionReads(t *testing.T) {
	tables := map[schema.GroupVersion]codec.Table{
		{Group: "admissionregistration.k8s.io", Version: "v1"}:    codecadmissionregistrationv1.Table(),
		{Group: "internal.apiserver.k8s.io", Version: "v1alpha1"}: codecapiserverinternalv1alpha1.Table(),
		{Group: "apps", Version: "v1"}:                            codecappsv1.Table(),
		{Group: "autoscaling", Version: "v2"}:                     codecautoscalingv2.Table(),
		{Group: "batch", Version: "v1"}:                           codecbatchv1.Table(),
		{Group: "certificates.k8s.io", Version: "v1"}:             codeccertificatesv1.Table(),
		{Version: "v1"}: codeccorev1.Table(),
		{Group: "discovery.k8s.io", Version: "v1"}:             codecdiscoveryv1.Table(),
		{Group: "events.k8s.io", Version: "v1"}:                codeceventsv1.Table(),
		{Group: "flowcontrol.apiserver.k8s.io", Version: "v1"}: codecflowcontrolv1.Table(),
		{Group: "networking.k8s.io", Version: "v1"}:            codecnetworkingv1.Table(),
		{Group: "policy", Version: "v1"}:                       codecpolicyv1.Table(),
		{Group: "rbac.authorization.k8s.io", Version: "v1"}:    codecrbacv1.Table(),
		{Group: "resource.k8s.io", Version: "v1"}:              codecresourcev1.Table(),
		{Group: "scheduling.k8s.io", Version: "v1alpha3"}:      codecschedulingv1alpha3.Table(),
		{Group: "storage.k8s.io", Version: "v1"}:               codecstoragev1.Table(),
	}
	types := scheme.Scheme.AllKnownTypes()
	var kinds []reflect.Type
	for _, gvk := range slices.SortedFunc(maps.Keys(types), func(a, b schema.GroupVersionKind) int { return strings.Compare(a.String(), b.String()) }) {
		kinds = append(kinds, types[gvk])
	}
	for version, table := range tables {
		t.Run(version.String(), func(t *testing.T) {
			filler := fuzzer.FuzzerFor(metafuzzer.Funcs, rand.NewSource(1), scheme.Codecs) //nolint:gosec // the same objects every time
			var read []reflect.Type
			for _, kind := range kinds {
				object := reflect.New(kind).Interface()
				if slices.Contains(read, kind) || !table.Read([]byte(`{}`), object) {
					continue
				}
				read = append(read, kind)
				filler.Fill(object)
				document, err := json.Marshal(object)
				require.NoError(t, err)
				codectest.Reads(t, table, object, document, 300)
			}
			require.Len(t, read, len(table))
		})
	}
}
