package clientcmd

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// ResolveLocalPaths makes the paths of a kubeconfig absolute, each against the folder of the file that it came from. It
// changes config. Stanzas that came from no file stay as they are.
func ResolveLocalPaths(config *api.Config) error {
	for _, cluster := range config.Clusters {
		if err := resolve(cluster.LocationOfOrigin, GetClusterFileReferences(cluster)); err != nil {
			return err
		}
	}
	for _, user := range config.AuthInfos {
		if err := resolve(user.LocationOfOrigin, GetAuthInfoFileReferences(user)); err != nil {
			return err
		}
	}
	return nil
}

func resolve(origin string, refs []*string) error {
	if origin == "" {
		return nil
	}
	base, err := folderOf(origin)
	if err != nil {
		return err
	}
	return ResolvePaths(refs, base)
}

func folderOf(origin string) (string, error) {
	base, err := filepath.Abs(filepath.Dir(origin))
	if err != nil {
		return "", fmt.Errorf("find the folder of %s: %w", origin, err)
	}
	return base, nil
}

// ResolvePaths makes relative paths absolute, against the folder base. It changes what refs point to; empty paths stay
// empty. It returns no error.
func ResolvePaths(refs []*string, base string) error {
	for _, ref := range refs {
		*ref = api.ResolvePath(*ref, base)
	}
	return nil
}

// ResolveConfigPaths is ResolvePaths for all paths of a config, wherever they came from.
func ResolveConfigPaths(config *api.Config, base string) error {
	return ResolvePaths(GetConfigFileReferences(config), base)
}

// RelativizeClusterLocalPaths makes the paths of a cluster that lie within the folder of its file relative to that folder.
// A relative path is taken to be relative to it already.
func RelativizeClusterLocalPaths(cluster *api.Cluster) error {
	return relativize(cluster.LocationOfOrigin, "cluster "+cluster.Server, GetClusterFileReferences(cluster))
}

// RelativizeAuthInfoLocalPaths is RelativizeClusterLocalPaths for a user.
func RelativizeAuthInfoLocalPaths(authInfo *api.AuthInfo) error {
	refs := GetAuthInfoFileReferences(authInfo)
	err := relativize(authInfo.LocationOfOrigin, "user "+authInfo.String(), refs)
	keepCommand(authInfo, refs)
	return err
}

// keepCommand puts "./" before a command beside the kubeconfig: without a separator it would be looked up in $PATH, where
// another program may have that name. Refs are the paths that were made relative.
func keepCommand(authInfo *api.AuthInfo, refs []*string) {
	exec := authInfo.Exec
	if exec != nil && slices.Contains(refs, &exec.Command) && !strings.ContainsRune(exec.Command, filepath.Separator) {
		exec.Command = "." + string(filepath.Separator) + exec.Command
	}
}

func relativize(origin, what string, refs []*string) error {
	if origin == "" {
		return fmt.Errorf("no location of origin for %s: there is no folder to make its paths relative to", what)
	}
	base, err := folderOf(origin)
	if err != nil {
		return err
	}
	if err := ResolvePaths(refs, base); err != nil {
		return err
	}
	return RelativizePathWithNoBacksteps(refs, base)
}

// RelativizeConfigPaths is RelativizePathWithNoBacksteps for all paths of a config.
func RelativizeConfigPaths(config *api.Config, base string) error {
	refs := GetConfigFileReferences(config)
	err := RelativizePathWithNoBacksteps(refs, base)
	for _, user := range config.AuthInfos {
		keepCommand(user, refs)
	}
	return err
}

// RelativizePathWithNoBacksteps makes the paths below the folder base relative to it. Other absolute paths stay as they
// are; other relative paths are an error. It changes what refs point to.
func RelativizePathWithNoBacksteps(refs []*string, base string) error {
	for _, ref := range refs {
		if *ref == "" {
			continue
		}
		rel, err := MakeRelative(*ref, base)
		if err != nil {
			return err
		}
		switch {
		case !strings.HasPrefix(filepath.ToSlash(rel), "../"):
			*ref = rel
		case !filepath.IsAbs(*ref):
			return fmt.Errorf("%v requires backsteps and is not absolute", *ref)
		}
	}
	return nil
}

// MakeRelative returns path as seen from the folder base; an empty one stays empty.
func MakeRelative(path, base string) (string, error) {
	if path == "" {
		return path, nil
	}
	rel, err := filepath.Rel(base, path)
	if err != nil {
		return path, err
	}
	return rel, nil
}

// GetConfigFileReferences returns pointers to all paths of a config.
func GetConfigFileReferences(config *api.Config) []*string {
	refs := []*string{}
	for _, cluster := range config.Clusters {
		refs = append(refs, GetClusterFileReferences(cluster)...)
	}
	for _, user := range config.AuthInfos {
		refs = append(refs, GetAuthInfoFileReferences(user)...)
	}
	return refs
}

// GetClusterFileReferences returns pointers to the paths of a cluster.
func GetClusterFileReferences(cluster *api.Cluster) []*string {
	return []*string{&cluster.CertificateAuthority}
}

// GetAuthInfoFileReferences returns pointers to the paths of a user. The command of an exec plugin is a path if it contains
// a separator; otherwise it is looked up in $PATH.
func GetAuthInfoFileReferences(authInfo *api.AuthInfo) []*string {
	refs := []*string{&authInfo.ClientCertificate, &authInfo.ClientKey, &authInfo.TokenFile}
	if authInfo.Exec != nil && strings.ContainsRune(authInfo.Exec.Command, filepath.Separator) {
		refs = append(refs, &authInfo.Exec.Command)
	}
	return refs
}
