package serve

import (
	"strings"
	"unicode"
	"unicode/utf8"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// writeOptions are the options that creations, updates and patches share.
type writeOptions struct {
	dryRun     bool
	manager    string
	validation string
	force      bool
}

func (o writeOptions) strict() bool { return o.validation == metav1.FieldValidationStrict }

// lenient reports whether unknown and repeated fields are dropped without a warning.
func (o writeOptions) lenient() bool { return o.validation == metav1.FieldValidationIgnore }

// invalidOptions is the error of options that break rules, nil if errs is empty.
func invalidOptions(kind string, errs field.ErrorList) error {
	if len(errs) == 0 {
		return nil
	}
	return apierrors.NewInvalid(schema.GroupKind{Group: metav1.GroupName, Kind: kind}, "", errs)
}

// badOptions is the error of options that cannot be read.
func badOptions(err error) error {
	if err == nil {
		return nil
	}
	return apierrors.NewBadRequest(err.Error())
}

func (r *request) readCreateOptions() error {
	var opts metav1.CreateOptions
	query := r.http.URL.Query()
	if err := metav1.Convert_url_Values_To_v1_CreateOptions(&query, &opts, nil); err != nil {
		return badOptions(err)
	}
	r.setWriteOptions(opts.DryRun, opts.FieldManager, opts.FieldValidation)
	return invalidOptions("CreateOptions", validation.ValidateCreateOptions(&opts))
}

func (r *request) readUpdateOptions() error {
	var opts metav1.UpdateOptions
	query := r.http.URL.Query()
	if err := metav1.Convert_url_Values_To_v1_UpdateOptions(&query, &opts, nil); err != nil {
		return badOptions(err)
	}
	r.setWriteOptions(opts.DryRun, opts.FieldManager, opts.FieldValidation)
	return invalidOptions("UpdateOptions", validation.ValidateUpdateOptions(&opts))
}

// readCreate reads body and options of a creation. The body is decoded later, but its media type is checked first.
func (r *request) readCreate() error {
	if err := r.readBody(); err != nil {
		return err
	}
	if err := r.codec().CheckMediaType(r.bodyType()); err != nil {
		return err
	}
	return r.readCreateOptions()
}

// readUpdate reads body and options of an update.
func (r *request) readUpdate() error {
	if err := r.readBody(); err != nil {
		return err
	}
	return r.readUpdateOptions()
}

// readPatch reads type, body and options of a patch.
func (r *request) readPatch() (types.PatchType, error) {
	patchType, err := r.patchType()
	if err != nil {
		return "", err
	}
	if err := r.readBody(); err != nil {
		return "", err
	}
	return patchType, r.readPatchOptions(patchType)
}

func (r *request) readPatchOptions(patchType types.PatchType) error {
	var opts metav1.PatchOptions
	query := r.http.URL.Query()
	if err := metav1.Convert_url_Values_To_v1_PatchOptions(&query, &opts, nil); err != nil {
		return badOptions(err)
	}
	r.setWriteOptions(opts.DryRun, opts.FieldManager, opts.FieldValidation)
	r.write.force = opts.Force != nil && *opts.Force
	return invalidOptions("PatchOptions", validation.ValidatePatchOptions(&opts, patchType))
}

func (r *request) setWriteOptions(dryRun []string, manager, fieldValidation string) {
	if fieldValidation == "" {
		fieldValidation = metav1.FieldValidationWarn
	}
	if manager == "" {
		manager = managerOf(r.http.UserAgent())
	}
	r.write = writeOptions{dryRun: len(dryRun) > 0, manager: manager, validation: fieldValidation}
}

// managerOf returns the field manager of a client that gives none: its user agent up to the first slash.
func managerOf(userAgent string) string {
	name, _, _ := strings.Cut(userAgent, "/")
	var b strings.Builder
	for _, r := range name {
		if !unicode.IsPrint(r) {
			continue
		}
		if b.Len()+utf8.RuneLen(r) > validation.FieldManagerMaxLength {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// readDeleteOptions reads the options of a deletion from the body, or from the query if there is no body.
func (r *request) readDeleteOptions() (*metav1.DeleteOptions, error) {
	opts := &metav1.DeleteOptions{}
	if err := r.readBody(); err != nil {
		return nil, err
	}
	if len(r.body) > 0 {
		if err := r.codec().DeleteOptions(r.bodyType(), r.body, opts); err != nil {
			return nil, err
		}
	} else {
		query := r.http.URL.Query()
		if err := metav1.Convert_url_Values_To_v1_DeleteOptions(&query, opts, nil); err != nil {
			return nil, badOptions(err)
		}
	}
	return opts, invalidOptions("DeleteOptions", validation.ValidateDeleteOptions(opts))
}
