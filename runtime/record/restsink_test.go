package record_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/record"
	"github.com/typewright/typewright/runtime/rest"
)

func TestSinkOfAConfiguration(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{
		Scheme: scheme, Objects: []runtime.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}},
	})
	sink, err := record.NewSink(server.Config())
	require.NoError(t, err)

	event := &corev1.Event{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-0.1"}, Reason: "Started", Count: 1}
	written, err := sink.Create(event)
	require.NoError(t, err)
	assert.NotEmpty(t, written.UID)
	written, err = sink.Patch(event, []byte(`{"count":2}`))
	require.NoError(t, err)
	assert.EqualValues(t, 2, written.Count)
	written.Message = "third"
	written, err = sink.Update(written)
	require.NoError(t, err)
	assert.Equal(t, "third", written.Message)
	assert.Equal(t, "Started", written.Reason)

	_, err = sink.Patch(&corev1.Event{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "none"}}, []byte(`{}`))
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
}

func TestSinkOfAConfigurationThatIsWrong(t *testing.T) {
	_, err := record.NewSink(&rest.Config{Host: "a b"})
	assert.ErrorContains(t, err, "event sink: ")
}
