package core

import "k8s.io/apimachinery/pkg/util/resourceversion"

// goesBack reports whether a version lies before one that was seen. Then the server has another history than the one that
// was followed, as after its backup was restored, and what has the same version need not be the same.
func goesBack(version, seen string) bool {
	order, err := resourceversion.CompareResourceVersion(version, seen)
	return err == nil && order < 0
}

// oldest returns the version that every scope has reached; "" where one has reached none, or they cannot be compared.
func oldest(versions []string) string {
	least := versions[0]
	for _, version := range versions[1:] {
		order, err := resourceversion.CompareResourceVersion(version, least)
		if err != nil {
			return ""
		}
		if order < 0 {
			least = version
		}
	}
	return least
}
