package clientcmd

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// kind holds what differs between clusters, users and contexts.
type kind[T any] struct {
	entries    func(*api.Config) *map[string]*T
	origin     func(*T) *string
	relativize func(*T) error
}

var (
	clusters = kind[api.Cluster]{
		func(c *api.Config) *map[string]*api.Cluster { return &c.Clusters },
		func(c *api.Cluster) *string { return &c.LocationOfOrigin },
		RelativizeClusterLocalPaths,
	}
	users = kind[api.AuthInfo]{
		func(c *api.Config) *map[string]*api.AuthInfo { return &c.AuthInfos },
		func(u *api.AuthInfo) *string { return &u.LocationOfOrigin },
		RelativizeAuthInfoLocalPaths,
	}
	contexts = kind[api.Context]{
		func(c *api.Config) *map[string]*api.Context { return &c.Contexts },
		func(c *api.Context) *string { return &c.LocationOfOrigin },
		func(*api.Context) error { return nil },
	}
)

// planStanzas plans to set the stanzas that differ, and to delete those that are gone.
func planStanzas[T any, P interface {
	*T
	DeepCopy() *T
}](plan plan, m *modification, was, is map[string]P, kind kind[T]) {
	file := func(stanza *T) string {
		if origin := *kind.origin(stanza); origin != "" {
			return origin
		}
		return m.access.GetDefaultFilename()
	}
	for name, stanza := range is {
		if stanza == nil || equality.Semantic.DeepEqual(was[name], stanza) {
			continue
		}
		destination := file(stanza)
		plan[destination] = append(plan[destination], func(config *api.Config) error {
			written := stanza.DeepCopy()
			*kind.origin(written) = destination
			put(kind.entries(config), name, written)
			if m.relativize {
				return kind.relativize(written)
			}
			return nil
		})
	}
	for name, stanza := range was {
		if stanza == nil || is[name] != nil {
			continue
		}
		destination := file(stanza)
		plan[destination] = append(plan[destination], func(config *api.Config) error {
			delete(*kind.entries(config), name)
			return nil
		})
	}
}

// planCurrentContext plans to set the current context in the default file, or to clear it in the first that sets it.
func (m *modification) planCurrentContext(plan plan, base *api.Config) error {
	current := m.config.CurrentContext
	if base.CurrentContext == current {
		return nil
	}
	destination := m.access.GetDefaultFilename()
	if current == "" && !m.access.IsExplicitFile() {
		file, err := m.first(func(config *api.Config) bool { return config.CurrentContext != "" })
		if err != nil || file == "" {
			return err // another program has cleared it
		}
		destination = file
	}
	plan[destination] = append(plan[destination], func(config *api.Config) error {
		config.CurrentContext = current
		return nil
	})
	return nil
}

// planPreferences plans to set the preferences in the first file that has others.
func (m *modification) planPreferences(plan plan, base *api.Config) error {
	preferences := m.config.Preferences
	if equality.Semantic.DeepEqual(base.Preferences, preferences) {
		return nil
	}
	destination := m.access.GetDefaultFilename()
	if !m.access.IsExplicitFile() {
		file, err := m.first(func(config *api.Config) bool {
			return !equality.Semantic.DeepEqual(config.Preferences, preferences)
		})
		if err != nil || file == "" {
			return err
		}
		destination = file
	}
	plan[destination] = append(plan[destination], func(config *api.Config) error {
		config.Preferences = preferences
		return nil
	})
	return nil
}

// planExtensions plans to set and delete extensions of the whole config, each in the first file that has it, new ones in
// the default file.
func (m *modification) planExtensions(plan plan, base *api.Config) error {
	names := slices.Collect(maps.Keys(base.Extensions))
	names = slices.AppendSeq(names, maps.Keys(m.config.Extensions))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		extension, isSet := m.config.Extensions[name]
		before, wasSet := base.Extensions[name]
		if isSet == wasSet && equality.Semantic.DeepEqual(before, extension) {
			continue
		}
		destination, err := m.first(func(config *api.Config) bool { _, has := config.Extensions[name]; return has })
		if err != nil {
			return err
		}
		if destination == "" {
			destination = m.access.GetDefaultFilename()
		}
		plan[destination] = append(plan[destination], func(config *api.Config) error {
			setOrDelete(&config.Extensions, name, extension, isSet)
			return nil
		})
	}
	return nil
}

func setOrDelete(extensions *map[string]runtime.Object, name string, extension runtime.Object, set bool) {
	if !set {
		delete(*extensions, name)
		return
	}
	if *extensions == nil {
		*extensions = map[string]runtime.Object{}
	}
	(*extensions)[name] = extension
}

// first returns the first file whose config satisfies holds, or "".
func (m *modification) first(holds func(*api.Config) bool) (string, error) {
	for _, file := range m.access.GetLoadingPrecedence() {
		if file == "" {
			continue
		}
		config, err := loadOrNew(file)
		if err != nil {
			return "", err
		}
		if holds(config) {
			return file, nil
		}
	}
	return "", nil
}
