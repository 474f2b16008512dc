package serve

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// parseVersion reads a resource version; the empty text is zero.
func parseVersion(text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	version, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("resourceVersion: Invalid value: %q: %w", text, err)
	}
	return version, nil
}

// position is where the next page of a list begins. A continue token is its JSON in base64, as in the real server.
type position struct {
	APIVersion string `json:"v"`
	Version    int64  `json:"rv"`
	Start      string `json:"start"`
}

const positionVersion = "meta.k8s.io/v1"

// encodeContinue returns the token of the page after a key. Version -1 means to continue with the current state.
func encodeContinue(after storage.Key, version int64) string {
	start := after.Name
	if after.Namespace != "" {
		start = after.Namespace + "/" + after.Name
	}
	data, _ := json.Marshal(position{positionVersion, version, start + "\x00"}) // strings and a number
	return base64.RawURLEncoding.EncodeToString(data)
}

// decodeContinue reads a token.
func decodeContinue(token string) (storage.Key, int64, error) {
	bad := func(format string, args ...any) (storage.Key, int64, error) {
		return storage.Key{}, 0, apierrors.NewBadRequest("invalid continue token: continue key is not valid" + fmt.Sprintf(format, args...))
	}
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return bad(": %v", err)
	}
	var p position
	if err := json.Unmarshal(data, &p); err != nil {
		return bad(": %v", err)
	}
	switch {
	case p.APIVersion != positionVersion:
		return bad(": server does not recognize this encoded version %v", p.APIVersion)
	case p.Version == 0:
		return bad(": incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
	case p.Start == "":
		return bad(": encoded start key empty (version meta.k8s.io/v1)")
	case path.Clean("/"+p.Start) != "/"+p.Start:
		return bad(": %v", p.Start)
	}
	start := strings.TrimSuffix(p.Start, "\x00")
	namespace, name, namespaced := strings.Cut(start, "/")
	if !namespaced {
		return storage.Key{Name: start}, p.Version, nil
	}
	return storage.Key{Namespace: namespace, Name: name}, p.Version, nil
}

// reached parses a resource version, and refuses one that is in the future.
func (a *API) reached(text string) (uint64, error) {
	version, err := parseVersion(text)
	if err != nil {
		return 0, err
	}
	if current := a.storage.Version(); version > current {
		return 0, tooLargeVersion(&storage.TooLargeError{Version: version, Current: current})
	}
	return version, nil
}

func tooLargeVersion(reason *storage.TooLargeError) error {
	err := apierrors.NewTimeoutError(reason.Error(), 1)
	err.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: metav1.CauseTypeResourceVersionTooLarge, Message: "Too large resource version"}}
	return err
}
