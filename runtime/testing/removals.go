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
	// forgotten is the version of the newest removal that was dropped to make room.
	forgotten int64
}

type removal struct {
	key     storage.Key
	object  runtime.Object
	version int64
}

func (r *removals) add(removed removal) {
	if len(r.kept) == maxRemovals {
		r.forgotten = r.kept[0].version
		r.kept = slices.Delete(r.kept, 0, 1)
	}
	r.kept = append(r.kept, removed)
}

// forget drops the removal of an object that exists again.
func (r *removals) forget(key storage.Key) {
	r.kept = slices.DeleteFunc(r.kept, func(removed removal) bool { return removed.key == key })
}

// eachNewer calls each with the removals after a version. It returns an Expired error, as a server does, if some of them
// are no longer known.
func (r *removals) eachNewer(version int64, each func(removal)) error {
	if version < r.forgotten {
		return apierrors.NewResourceExpired(fmt.Sprintf("too old resource version: %d (%d)", version, r.forgotten))
	}
	for _, removed := range r.kept {
		if removed.version > version {
			each(removed)
		}
	}
	return nil
}
