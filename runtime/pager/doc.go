// Package pager lists in pages, so that a large collection is not sent or held as a whole. The names are those of
// client-go's tools/pager.
//
//	err := pager.New(pager.SimplePageFunc(list)).EachListItem(ctx, metav1.ListOptions{}, func(obj runtime.Object) error { … })
package pager
