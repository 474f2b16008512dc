package util_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/runtime/record/util"
)

func TestGenerateEventName(t *testing.T) {
	assert.Equal(t, "web-0.ff", util.GenerateEventName("web-0", 255))
	for _, name := range []string{"system:node", "", "UPPER", strings.Repeat("x", 251), "-a"} {
		generated := util.GenerateEventName(name, 255)
		assert.Len(t, generated, 36, "a random name in place of %q", name)
		assert.NotEqual(t, generated, util.GenerateEventName(name, 255))
	}
}

func TestValidateEventType(t *testing.T) {
	assert.True(t, util.ValidateEventType(corev1.EventTypeNormal))
	assert.True(t, util.ValidateEventType(corev1.EventTypeWarning))
	assert.False(t, util.ValidateEventType("normal"))
	assert.False(t, util.ValidateEventType(""))
}

func TestIsKeyNotFoundError(t *testing.T) {
	notFound := apierrors.NewNotFound(corev1.Resource("events"), "x")
	assert.True(t, util.IsKeyNotFoundError(notFound))
	assert.True(t, util.IsKeyNotFoundError(fmt.Errorf("sink: %w", notFound)))
	assert.False(t, util.IsKeyNotFoundError(apierrors.NewBadRequest("x")))
	assert.False(t, util.IsKeyNotFoundError(errors.New("not found")))
	assert.False(t, util.IsKeyNotFoundError(nil))
}
