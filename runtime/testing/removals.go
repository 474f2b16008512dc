package testing

import (
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// maxRemovals bounds the memory of a collection whose objects come and go.
const maxRemovals = 1024

// removals are the objects of a collection that were removed and do not exist again, oldest first. The zero value is ready
// for use.
type removals struct {
	kept []removal
	// forgotten is the newest removal that was dropped to make room; the zero value for none.
	forgotten removal
}

// removal is the end of an object. A removal makes no version of its own, as in client-go: lists show what was written.
type removal struct {
	key    storage.Key
	object runtime.Object
	// version is that of the collection, and listed says whether a list of that version came before the removal.
	version int64
	listed  bool
}

// since reports whether the removal came after a list of a version. If there were lists before and after it, it counts as later:
// informers pass over the removal of an object that they do not know.
func (r removal) since(version int64) bool {
	return r.version > version || r.version == version && r.listed
}

func (r *removals) add(removed removal) {
	if len(r.kept) == maxRemovals {
		r.forgotten = r.kept[0]
		r.kept = slices.Delete(r.kept, 0, 1)
	}
	r.kept = append(r.kept, removed)
}

// forget drops the removal of an object that exists again.
func (r *removals) forget(key storage.Key) {
	r.kept = slices.DeleteFunc(r.kept, func(removed removal) bool { return removed.key == key })
}

// eachSince calls each with the removals after the list of a version. It returns an Expired error, as a server does, if some of
// them are no longer known.
func (r *removals) eachSince(version int64, each func(removal)) error {
	if r.forgotten.since(version) {
		return apierrors.NewResourceExpired(fmt.Sprintf("too old resource version: %d (%d)", version, r.forgotten.version))
	}
	for _, removed := range r.kept {
		if removed.since(version) {
			each(removed)
		}
	}
	return nil
}
