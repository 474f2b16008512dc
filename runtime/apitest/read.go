package apitest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/runtime/internal/storage"
)

func (s *Server) get(w http.ResponseWriter, t target) error {
	u := s.storage.Get(t.groupResource(), t.key())
	if u == nil {
		return apierrors.NewNotFound(t.groupResource(), t.name)
	}
	return writeJSON(w, http.StatusOK, show(t.resource, u))
}

// listOptions reads the parameters of a list or watch.
func listOptions(query url.Values) (metav1.ListOptions, error) {
	var opts metav1.ListOptions
	if err := metav1.Convert_url_Values_To_v1_ListOptions(&query, &opts, nil); err != nil {
		return opts, apierrors.NewBadRequest(err.Error())
	}
	return opts, nil
}

// matcher is the selectors of a list or watch as a function.
func matcher(opts metav1.ListOptions, namespace string) (storage.Matcher[*unstructured.Unstructured], error) {
	byLabel, err := labels.Parse(opts.LabelSelector)
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("unable to parse requirement: %v", err))
	}
	byField, err := fields.ParseSelector(opts.FieldSelector)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	for _, requirement := range byField.Requirements() {
		if requirement.Field != "metadata.name" && requirement.Field != "metadata.namespace" {
			return nil, apierrors.NewBadRequest(fmt.Sprintf("field label not supported: %s", requirement.Field))
		}
	}
	return func(u *unstructured.Unstructured) bool {
		return (namespace == "" || u.GetNamespace() == namespace) &&
			byLabel.Matches(labels.Set(u.GetLabels())) &&
			byField.Matches(fields.Set{"metadata.name": u.GetName(), "metadata.namespace": u.GetNamespace()})
	}, nil
}

func (s *Server) list(w http.ResponseWriter, req *http.Request, t target) error {
	opts, err := listOptions(req.URL.Query())
	if err != nil {
		return err
	}
	matches, err := matcher(opts, t.namespace)
	if err != nil {
		return err
	}
	if opts.Watch {
		return s.watch(w, req, t, opts, matches)
	}
	if err := s.checkVersion(opts.ResourceVersion); err != nil {
		return err
	}
	after, err := decodeContinue(opts.Continue)
	if err != nil {
		return err
	}
	snapshot, err := s.storage.List(t.groupResource(), after.query(t.namespace))
	if _, tooOld := errors.AsType[*storage.TooOldError](err); tooOld {
		return apierrors.NewResourceExpired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results.")
	}
	if err != nil {
		return err
	}
	page, next := pageOf(snapshot.Objects, matches, opts.Limit)
	metadata := map[string]any{"resourceVersion": strconv.FormatUint(snapshot.Version, 10)}
	if next != nil {
		next.Version = snapshot.Version
		metadata["continue"] = next.encode()
	}
	items := make([]any, 0, len(page))
	for _, u := range page {
		items = append(items, show(t.resource, u))
	}
	return writeJSON(w, http.StatusOK, map[string]any{
		"apiVersion": t.resource.groupVersion().String(), "kind": t.resource.ListKind, "metadata": metadata, "items": items,
	})
}

// checkVersion refuses a version that lies ahead.
func (s *Server) checkVersion(version string) error {
	asked, err := parseVersion(version)
	if err != nil {
		return err
	}
	if current := s.storage.Version(); asked > current {
		err := apierrors.NewTimeoutError(fmt.Sprintf("Too large resource version: %d, current: %d", asked, current), 1)
		err.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: metav1.CauseTypeResourceVersionTooLarge, Message: "Too large resource version"}}
		return err
	}
	return nil
}

func parseVersion(version string) (uint64, error) {
	if version == "" {
		return 0, nil
	}
	parsed, err := strconv.ParseUint(version, 10, 64)
	if err != nil {
		return 0, apierrors.NewBadRequest(fmt.Sprintf("Invalid value: %q: %v", version, err))
	}
	return parsed, nil
}

// position is the key after which the next page begins, and the version of the first; nil for the first.
type position struct {
	storage.Key
	Version uint64
}

func (p *position) query(namespace string) storage.Query {
	if p == nil {
		return storage.Query{Namespace: namespace}
	}
	return storage.Query{Namespace: namespace, After: p.Key, Version: p.Version}
}

func (p *position) encode() string {
	data, _ := json.Marshal(p) // two strings
	return base64.RawURLEncoding.EncodeToString(data)
}

func decodeContinue(token string) (*position, error) {
	if token == "" {
		return nil, nil
	}
	var p position
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		return nil, apierrors.NewBadRequest("continue key is not valid: " + err.Error())
	}
	return &p, nil
}

// pageOf returns what matches, at most limit objects where it is positive, and where the next page begins, nil where there
// is none.
func pageOf(objects iter.Seq[*unstructured.Unstructured], matches storage.Matcher[*unstructured.Unstructured], limit int64) (page []*unstructured.Unstructured, next *position) {
	for u := range objects {
		if !matches(u) {
			continue
		}
		if limit > 0 && int64(len(page)) == limit {
			return page, &position{Key: keyOf(page[len(page)-1])}
		}
		page = append(page, u)
	}
	return page, nil
}
