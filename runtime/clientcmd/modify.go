package clientcmd

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/internal/safefile"
	"github.com/typewright/typewright/runtime/rest"
)

// ModifyConfig writes what the caller has changed in newConfig back to the files of configAccess: each stanza to the file
// that it came from, new ones to the default file, the current context and preferences to where they are set. With
// relativizePaths, paths of changed stanzas that lie within the file's folder are written relative to it.
//
// The caller gets newConfig from configAccess (GetStartingConfig, Load, or RawConfig of a ClientConfig), changes it, and
// hands it over; the change is what differs from what he got. What other programs have written in between stays. A config
// that was made in another way, by DeepCopy for one, is compared with the files as they are now: stanzas that it lacks are
// removed.
//
// Only files that change are written, and locked while that happens; the others need not even be writable. Each lock is a
// file beside it, named as kubectl names it, so that kubectl keeps out meanwhile; one that its holder left behind, being
// killed, is taken over, but kubectl's own are waited for, for half a minute. A file is replaced as a whole, by renaming a
// temporary that has reached the disk: links stay links, modes and owners stay. Where that cannot be (the folder may be
// read-only, or the file mounted) it is overwritten. All is prepared before the first file changes, so nothing is
// half done because a file is broken or a disk full. Comments and unknown fields of a file that is written are lost.
func ModifyConfig(configAccess ConfigAccess, newConfig api.Config, relativizePaths bool) error {
	m := &modification{access: configAccess, config: &newConfig, relativize: relativizePaths}
	sources := slices.Clone(configAccess.GetLoadingPrecedence())
	m.base = remembered.of(sources, &newConfig)
	if err := m.run(); err != nil {
		return err
	}
	remembered.saved(sources, &newConfig)
	return nil
}

// modification is one call of ModifyConfig.
type modification struct {
	access     ConfigAccess
	config     *api.Config
	base       *api.Config // what the caller started from; nil where that is not known
	relativize bool
}

// run finds out which files to write, locks them, and writes. Where the files themselves are what newConfig is compared
// with, others may have changed them before the lock, so that other files have to be locked: then it begins again.
func (m *modification) run() error {
	plan, err := m.plan()
	for err == nil && len(plan) > 0 {
		files := slices.Sorted(maps.Keys(plan))
		done := false
		err = locked(files, func() error {
			again, err := m.plan()
			if err != nil {
				return err
			}
			for file := range again {
				if !slices.Contains(files, file) {
					plan = again
					return nil
				}
			}
			done = true
			return m.apply(again)
		})
		if done {
			return err
		}
	}
	return err
}

// plan works out what to change in which file.
func (m *modification) plan() (plan, error) {
	base := m.base
	if base == nil {
		var err error
		if base, err = m.access.GetStartingConfig(); err != nil {
			return nil, err
		}
	}
	plan := plan{}
	planStanzas(plan, m, base.Clusters, m.config.Clusters, clusters)
	planStanzas(plan, m, base.AuthInfos, m.config.AuthInfos, users)
	planStanzas(plan, m, base.Contexts, m.config.Contexts, contexts)
	return plan, errors.Join(
		m.planCurrentContext(plan, base),
		m.planPreferences(plan, base),
		m.planExtensions(plan, base),
	)
}

// apply writes all files beside the existing ones first, then renames each into place.
func (m *modification) apply(plan plan) (err error) {
	var staged []*safefile.Staged
	defer func() {
		for _, s := range staged {
			err = errors.Join(err, s.Discard())
		}
	}()
	for _, file := range slices.Sorted(maps.Keys(plan)) {
		data, err := plan.edited(file)
		if err != nil {
			return err
		}
		s, err := safefile.Stage(file, data, newFileMode)
		if err != nil {
			return err
		}
		staged = append(staged, s)
	}
	for len(staged) > 0 {
		next := staged[0]
		staged = staged[1:]
		if err := next.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// plan holds the changes of each file.
type plan map[string][]edit

// edit changes the content of one file.
type edit func(config *api.Config) error

// edited returns the new content of a file.
func (p plan) edited(file string) ([]byte, error) {
	config, err := loadOrNew(file)
	if err != nil {
		return nil, err
	}
	for _, edit := range p[file] {
		if err := edit(config); err != nil {
			return nil, fmt.Errorf("change %s: %w", file, err)
		}
	}
	data, err := Write(*config)
	if err != nil {
		return nil, fmt.Errorf("encode for %s: %w", file, err)
	}
	return data, nil
}

// PersistAuthProviderConfigForUser returns a persister for the configuration of a user's auth provider.
type PersistAuthProviderConfigForUser func(user string) rest.AuthProviderConfigPersister

// PersisterForUser returns a persister that writes the configuration of a user's auth provider back to the kubeconfig file
// that the user came from. It does nothing for a user who does not exist or has no auth provider.
func PersisterForUser(configAccess ConfigAccess, user string) rest.AuthProviderConfigPersister {
	return &persister{configAccess, user}
}

type persister struct {
	access ConfigAccess
	user   string
}

func (p *persister) Persist(config map[string]string) error {
	starting, err := p.access.GetStartingConfig()
	if err != nil {
		return err
	}
	user := starting.AuthInfos[p.user]
	if user == nil || user.AuthProvider == nil {
		return nil
	}
	user.AuthProvider.Config = config
	return ModifyConfig(p.access, *starting, false)
}
