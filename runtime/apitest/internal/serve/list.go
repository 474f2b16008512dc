package serve

import (
	"errors"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	internalvalidation "k8s.io/apimachinery/pkg/apis/meta/internalversion/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/internal/storage"
)

func (r *request) get() error {
	encoder, err := r.negotiate()
	if err != nil {
		return err
	}
	var opts metav1.GetOptions
	query := r.http.URL.Query()
	if err := metav1.Convert_url_Values_To_v1_GetOptions(&query, &opts, nil); err != nil {
		return badOptions(err)
	}
	if _, err := r.api.reached(opts.ResourceVersion); err != nil {
		return err
	}
	o := r.api.storage.Get(r.groupResource(), r.key())
	if o == nil {
		return r.notFound()
	}
	r.sendWarnings()
	return encoder.WriteObject(r.w, http.StatusOK, o)
}

// readListOptions reads the parameters of a list or watch.
func (r *request) readListOptions() (metav1.ListOptions, error) {
	var opts metav1.ListOptions
	query := r.http.URL.Query()
	if err := metav1.Convert_url_Values_To_v1_ListOptions(&query, &opts, nil); err != nil {
		return opts, badOptions(err)
	}
	internal := &internalversion.ListOptions{
		ResourceVersion: opts.ResourceVersion, ResourceVersionMatch: opts.ResourceVersionMatch, Continue: opts.Continue,
		Watch: opts.Watch, SendInitialEvents: opts.SendInitialEvents,
	}
	internalversion.SetListOptionsDefaults(internal, true)
	opts.SendInitialEvents, opts.ResourceVersionMatch = internal.SendInitialEvents, internal.ResourceVersionMatch
	err := invalidOptions("ListOptions", internalvalidation.ValidateListOptions(internal, true))
	if err != nil {
		if _, _, unread := parseSelectors(opts); unread != nil { // the real server reports these first
			err = unread
		}
	}
	return opts, err
}

func (r *request) list() error {
	encoder, err := r.negotiate()
	if err != nil {
		return err
	}
	opts, err := r.readListOptions()
	if err != nil {
		return err
	}
	if r.name != "" && opts.FieldSelector == "" {
		opts.FieldSelector = "metadata.name=" + r.name
	}
	if opts.Watch {
		return r.watch(opts, encoder)
	}
	page, meta, err := r.page(opts)
	if err != nil {
		return err
	}
	return encoder.WriteList(r.w, page, meta)
}

// page returns the objects that a list asks for, up to its limit.
func (r *request) page(opts metav1.ListOptions) ([]*encode.Object, encode.ListMeta, error) {
	matches, shards, err := r.matcher(opts)
	if err != nil {
		return nil, encode.ListMeta{}, err
	}
	selects := opts.LabelSelector != "" || opts.FieldSelector != "" || shards != ""
	query, err := r.query(opts)
	if err != nil {
		return nil, encode.ListMeta{}, err
	}
	snapshot, err := r.api.storage.List(r.groupResource(), query)
	if err != nil {
		return nil, encode.ListMeta{}, expired(err, opts, query)
	}
	if opts.ResourceVersion == "0" && opts.Continue == "" {
		opts.Limit = 0 // the real server answers from its cache, which ignores the limit
	}
	var page []*encode.Object
	var left int64
	for o := range snapshot.Objects {
		if !matches(o) {
			continue
		}
		if opts.Limit > 0 && int64(len(page)) == opts.Limit {
			left++
			if selects {
				break // the real server does not count what selectors match
			}
			continue
		}
		page = append(page, o)
	}
	if r.resource.Custom() {
		shards = "" // the real server filters, but does not report the selector
	}
	meta := encode.ListMeta{Version: strconv.FormatUint(snapshot.Version, 10), Shards: shards}
	if left > 0 {
		meta.Next = encodeContinue(keyOf(&page[len(page)-1].Unstructured), int64(snapshot.Version)) //nolint:gosec // versions stay below 1<<63
		if !selects {
			meta.Remaining = &left
		}
	}
	return page, meta, nil
}

// query returns where in the storage, and at which version, a list is to read.
func (r *request) query(opts metav1.ListOptions) (storage.Query, error) {
	query := storage.Query{Namespace: r.namespace}
	if opts.Continue != "" {
		if opts.ResourceVersion != "" && opts.ResourceVersion != "0" {
			return query, apierrors.NewBadRequest("specifying resource version is not allowed when using continue")
		}
		after, version, err := decodeContinue(opts.Continue)
		if err != nil {
			return query, err
		}
		query.After = after
		if version > 0 { // otherwise the list continues with the current state
			query.Version = uint64(version)
		}
		return query, nil
	}
	if _, err := parseVersion(opts.ResourceVersion); err != nil {
		return query, apierrors.NewBadRequest("invalid resource version: " + err.Error())
	}
	version, err := r.api.reached(opts.ResourceVersion)
	if err != nil {
		return query, err
	}
	exact := opts.ResourceVersionMatch == metav1.ResourceVersionMatchExact ||
		opts.ResourceVersionMatch == "" && opts.Limit > 0 && version > 0 // the old rule for lists with a limit
	if exact {
		query.Version = version
	}
	return query, nil
}

// expired turns an error of the storage into that of a list whose resource version is too old or in the future.
func expired(err error, opts metav1.ListOptions, query storage.Query) error {
	if tooLarge, ok := errors.AsType[*storage.TooLargeError](err); ok {
		return tooLargeVersion(tooLarge)
	}
	if _, ok := errors.AsType[*storage.TooOldError](err); !ok {
		return err
	}
	if opts.Continue == "" {
		return apierrors.NewResourceExpired("The resourceVersion for the provided list is too old.")
	}
	status := apierrors.NewResourceExpired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.")
	status.ErrStatus.ListMeta.Continue = encodeContinue(query.After, -1)
	return status
}

// matcher returns a function that reports whether an object is in the namespace of a list or watch and matches its selectors. shards is
// the shard selector.
func (r *request) matcher(opts metav1.ListOptions) (matches storage.Matcher[*encode.Object], shards string, _ error) {
	others, err := r.fieldsAndLabels(opts)
	if err != nil || !r.api.opts.Shards {
		return others, "", err
	}
	selector, err := parseShards(opts.ShardSelector)
	if err != nil {
		return nil, "", err
	}
	if selector.Empty() {
		return others, "", nil
	}
	return func(o *encode.Object) bool {
		selected, err := selector.Matches(&o.Unstructured)
		return err == nil && selected && others(o)
	}, selector.String(), nil
}

func parseSelectors(opts metav1.ListOptions) (labels.Selector, fields.Selector, error) {
	byLabel, err := labels.Parse(opts.LabelSelector)
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	byField, err := fields.ParseSelector(opts.FieldSelector)
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	return byLabel, byField, nil
}

// fieldsAndLabels is matcher without the shard selector.
func (r *request) fieldsAndLabels(opts metav1.ListOptions) (storage.Matcher[*encode.Object], error) {
	byLabel, byField, err := parseSelectors(opts)
	if err != nil {
		return nil, err
	}
	requirements := byField.Requirements()
	for _, requirement := range requirements {
		if err := r.resource.CheckField(requirement.Field); err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
	}
	if r.name != "" && r.http.Method == http.MethodGet {
		if name, exact := byField.RequiresExactMatch("metadata.name"); !exact || name != r.name {
			return nil, apierrors.NewBadRequest("fieldSelector metadata.name doesn't match requested name")
		}
	}
	return func(o *encode.Object) bool {
		return (r.namespace == "" || o.GetNamespace() == r.namespace) &&
			(byLabel.Empty() || byLabel.Matches(labels.Set(o.GetLabels()))) &&
			(byField.Empty() || byField.Matches(r.fieldsOf(o, requirements)))
	}, nil
}

// fieldsOf returns the fields of an object that a selector asks for.
func (r *request) fieldsOf(o *encode.Object, asked fields.Requirements) fields.Set {
	set := fields.Set{}
	for _, requirement := range asked {
		set[requirement.Field] = r.resource.FieldValue(&o.Unstructured, requirement.Field)
	}
	return set
}
