package serve

import (
	"errors"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	internalvalidation "k8s.io/apimachinery/pkg/apis/meta/internalversion/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/internal/storage"
)

func (r *request) get() error {
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
	return r.reply(http.StatusOK, o)
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
	return opts, invalidOptions("ListOptions", internalvalidation.ValidateListOptions(internal, true))
}

func (r *request) list() error {
	opts, err := r.readListOptions()
	if err != nil {
		return err
	}
	if r.name != "" && opts.FieldSelector == "" {
		opts.FieldSelector = "metadata.name=" + r.name
	}
	if opts.Watch {
		return r.watch(opts)
	}
	as, err := r.negotiate()
	if err != nil {
		return err
	}
	page, meta, err := r.page(opts)
	if err != nil {
		return err
	}
	return as.list(page, meta)
}

// page returns what a list asks for.
func (r *request) page(opts metav1.ListOptions) ([]*Object, listMeta, error) {
	matches, err := r.matcher(opts)
	if err != nil {
		return nil, listMeta{}, err
	}
	query, err := r.query(opts)
	if err != nil {
		return nil, listMeta{}, err
	}
	snapshot, err := r.api.storage.List(r.groupResource(), query)
	if err != nil {
		return nil, listMeta{}, expired(err, opts, query)
	}
	var page []*Object
	var left int64
	for o := range snapshot.Objects {
		if !matches(o) {
			continue
		}
		if opts.Limit > 0 && int64(len(page)) == opts.Limit {
			left++
			if opts.LabelSelector != "" || opts.FieldSelector != "" {
				break // nobody counts what matches
			}
			continue
		}
		page = append(page, o)
	}
	meta := listMeta{version: strconv.FormatUint(snapshot.Version, 10), custom: r.resource.Definition != ""}
	if left > 0 {
		meta.next = encodeContinue(keyOf(&page[len(page)-1].Unstructured), int64(snapshot.Version)) //nolint:gosec // nobody counts so far
		if opts.LabelSelector == "" && opts.FieldSelector == "" {
			meta.remaining = &left
		}
	}
	return page, meta, nil
}

// query says what of the storage a list is about.
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
		if version > 0 { // otherwise the list goes on with what there is now
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
		opts.ResourceVersionMatch == "" && opts.Limit > 0 && version > 0 // as lists with limit are answered of old
	if exact {
		query.Version = version
	}
	return query, nil
}

// expired is the error of a list of a state that is forgotten.
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

// reached parses a resource version, and refuses one that lies ahead.
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
