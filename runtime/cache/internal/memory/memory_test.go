package memory

import (
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestChangedMemoryIsFoundInOthers(t *testing.T) {
	shared := func() (a, b *corev1.Pod) {
		container := corev1.Container{
			Name: "c", Env: []corev1.EnvVar{{Name: "n"}}, SecurityContext: &corev1.SecurityContext{RunAsUser: new(int64(7))},
			Resources: corev1.ResourceRequirements{Limits: corev1.ResourceList{}},
		}
		labels := map[string]string{"app": "web"}
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "a", Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{container}}},
			&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "b", Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{container}}}
	}
	for name, test := range map[string]struct {
		change func(*corev1.Pod)
		others bool
	}{
		"nothing":               {func(*corev1.Pod) {}, false},
		"a field of its own":    {func(p *corev1.Pod) { p.Spec.NodeName = "n" }, false},
		"a map of its own":      {func(p *corev1.Pod) { p.Labels = map[string]string{"app": "db"} }, false},
		"an element of its own": {func(p *corev1.Pod) { p.Spec.Containers[0].Image = "i" }, false},
		"the map":               {func(p *corev1.Pod) { p.Labels["app"] = "db" }, true},
		"a new entry":           {func(p *corev1.Pod) { p.Labels["new"] = "" }, true},
		"a nested map": {func(p *corev1.Pod) {
			p.Spec.Containers[0].Resources.Limits["cpu"] = *p.Spec.Containers[0].Resources.Limits.Cpu()
		}, true},
		"an element":          {func(p *corev1.Pod) { p.Spec.Containers[0].Env[0].Value = "v" }, true},
		"behind a pointer":    {func(p *corev1.Pod) { p.Spec.Containers[0].SecurityContext.RunAsNonRoot = new(true) }, true},
		"behind two pointers": {func(p *corev1.Pod) { *p.Spec.Containers[0].SecurityContext.RunAsUser = 8 }, true},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := shared()
			copied := a.DeepCopy()
			test.change(a)
			changed := Changed(a, copied)
			assert.Equal(t, test.others, changed.In(b))
			assert.False(t, changed.In(copied))
			assert.False(t, changed.In(&corev1.Pod{}))
		})
	}
}
