package resourcelock

import (
	"bytes"
	"context"
	"encoding/json"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// UnknownLeader is the leader of a MultiLock whose two locks name different ones.
//
// Deprecated: only MultiLock uses it.
const UnknownLeader = "leaderelection.k8s.io/unknown"

// MultiLock is a lock made of two, for moving from one to the other: who leads holds both. Candidates that know the primary lock
// only are heeded.
type MultiLock struct {
	Primary   Interface
	Secondary Interface
}

// Get reads both records. If they name different leaders, the leader is UnknownLeader. A record that another candidate holds in the
// primary lock alone is one of a candidate that does not know the secondary.
func (ml *MultiLock) Get(ctx context.Context) (*LeaderElectionRecord, []byte, error) {
	primary, raw, err := ml.Primary.Get(ctx)
	if err != nil {
		return nil, nil, err
	}
	secondary, secondaryRaw, err := ml.Secondary.Get(ctx)
	switch {
	case apierrors.IsNotFound(err) && primary.HolderIdentity != ml.Identity():
		return primary, raw, nil
	case err != nil:
		return nil, nil, err
	}
	if primary.HolderIdentity != secondary.HolderIdentity {
		primary.HolderIdentity = UnknownLeader
		if raw, err = json.Marshal(primary); err != nil {
			return nil, nil, err
		}
	}
	return primary, ConcatRawRecord(raw, secondaryRaw), nil
}

// Create writes both records. A primary that exists already is left as it is.
func (ml *MultiLock) Create(ctx context.Context, ler LeaderElectionRecord) error {
	if err := ml.Primary.Create(ctx, ler); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return ml.Secondary.Create(ctx, ler)
}

// Update writes both records, and makes the secondary if there is none.
func (ml *MultiLock) Update(ctx context.Context, ler LeaderElectionRecord) error {
	if err := ml.Primary.Update(ctx, ler); err != nil {
		return err
	}
	if _, _, err := ml.Secondary.Get(ctx); apierrors.IsNotFound(err) {
		return ml.Secondary.Create(ctx, ler)
	}
	return ml.Secondary.Update(ctx, ler)
}

// RecordEvent records an event on both.
func (ml *MultiLock) RecordEvent(s string) {
	ml.Primary.RecordEvent(s)
	ml.Secondary.RecordEvent(s)
}

// Describe names the primary lock.
func (ml *MultiLock) Describe() string { return ml.Primary.Describe() }

// Identity returns the name of the candidate.
func (ml *MultiLock) Identity() string { return ml.Primary.Identity() }

// ConcatRawRecord joins the bytes of two records.
func ConcatRawRecord(primaryRaw, secondaryRaw []byte) []byte {
	return bytes.Join([][]byte{primaryRaw, secondaryRaw}, []byte(","))
}
