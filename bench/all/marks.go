package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// mark is the bound of a figure: of its ratio to another side, or of the number itself.
type mark struct {
	title        string
	row, unit    string
	ours, theirs string  // the sides; without theirs, most is a number of the unit
	most         float64 // the highest ratio or number that holds
}

const (
	typewright = "typewright"
	clientGo   = "client-go"
	seconds    = 1e9
)

// marks are the rows of the page, in its order.
func marks() []mark {
	all := []mark{
		{"generate clients, fakes and apply configurations of k8s.io/api", "Generate", "ns/op", "typewright-same", "incumbent", 1. / 20},
		{"… memory, peak", "Generate", "peak-B", "typewright-same", "incumbent", 1. / 3},
		{"… when nothing has changed", "Generate", "ns/op", "typewright-unchanged", "", 0.3 * seconds},
		{"CustomResourceDefinitions of six APIs beside clients, and controller-gen", "CRDs/together", "ns/op", "typewright-added", "controller-gen", 1. / 10},
		{"… alone, and controller-gen", "CRDs/together", "ns/op", typewright, "controller-gen", 1. / 10},
		{"GET of a small object, beside bare net/http", "GET", "ns/op", typewright, "net/http", 1.25},
		{"… allocations, beside client-go", "GET", "allocs/op", typewright, clientGo, 1},
		{"LIST of 500 pods in JSON, processor time", "LIST500", "cpu-ns/op", typewright, clientGo, 1. / 4},
		{"… allocations", "LIST500", "allocs/op", typewright, clientGo, 1. / 2},
		{"encoding a custom object, beside encoding/json", "Encode", "ns/op", typewright, "encoding/json", 1. / 2},
		{"first sync of 20,000 pods", "Sync20000", "µs/object", typewright, clientGo, 1. / 5},
		{"… processor time", "Sync20000", "cpu-µs/object", typewright, clientGo, 1. / 5},
		{"20,000 changes", "Sync20000/updates", "µs/update", typewright, clientGo, 1. / 8},
		{"allocated by both", "Sync20000/allocated", "MB", typewright, clientGo, 1. / 3},
		{"live heap of 20,000 pods", "Sync20000/heap", "B/object", typewright, clientGo, 0.9},
		{"live heap, with shared values", "Sync20000shared/heap", "B/object", typewright, clientGo, 0.45},
		{"… and without managed fields", "Sync20000sharedlean/heap", "B/object", typewright, clientGo, 0.35},
		{"first sync of a view of 20,000 pods, beside pods", "Sync20000view", "µs/object", typewright, clientGo, 1. / 8},
		{"… live heap", "Sync20000view/heap", "B/object", typewright, clientGo, 0.15},
		{"first sync of 20,000 unstructured pods", "Sync20000dynamic", "µs/object", typewright, clientGo, 1. / 3},
		{"… memory, peak", "Sync20000dynamic", "peak-B", typewright, clientGo, 0.7},
		{"… live heap", "Sync20000dynamic/heap", "B/object", typewright, clientGo, 0.7},
		{"first sync of 20,000 unstructured pods, with shared values", "Sync20000dynamicshared", "µs/object", typewright, clientGo, 1. / 3},
		{"… live heap", "Sync20000dynamicshared/heap", "B/object", typewright, clientGo, 0.7},
	}
	for _, name := range []string{"Add", "Update", "Move", "Get", "ByIndex", "List", "Delete"} {
		all = append(all, mark{"store of a million: " + name, "Store" + name, "ns/op", typewright, clientGo, 1})
	}
	all = append(all,
		mark{"lister of a million, by a selector", "ListBySelector", "ns/op", typewright, clientGo, 1},
		mark{"informer with 100 handlers, 10,000 changes", "Handlers100", "ns/op", typewright, clientGo, 1})
	for _, workers := range []string{"1", "10", "100"} {
		for _, name := range []string{"Drain", "Steady", "Busy"} {
			all = append(all, mark{"queue, a million keys: " + name + ", workers: " + workers, "Queue" + name + workers, "cpu-ns/op", typewright, clientGo, 1})
		}
	}
	return append(all,
		mark{"queue, a million keys: AddAfter", "QueueAfter", "cpu-ns/op", typewright, clientGo, 1},
		mark{"informers of 2,000 kinds, idle: goroutines of each", "Idle2000Kinds", "goroutines/informer", typewright, clientGo, 1. / 3},
		mark{"… bytes of each", "Idle2000Kinds", "B/informer", typewright, clientGo, 1. / 2},
		mark{"10 kinds of 200 clusters, idle: goroutines of each informer", "Idle200Clusters", "goroutines/informer", typewright, clientGo, 1. / 3},
		mark{"… bytes of each informer", "Idle200Clusters", "B/informer", typewright, clientGo, 1. / 2})
}

// verdict is a mark and the figures that were measured.
type verdict struct {
	mark
	mine, other, ratio float64
	measured           bool
}

func (v verdict) holds() bool { return v.value() <= v.most }

// value is the ratio or number that the mark bounds.
func (v verdict) value() float64 {
	if v.theirs == "" {
		return v.mine
	}
	return v.ratio
}

type verdicts []verdict

// judge compares the results with the marks.
func judge(r results) verdicts {
	var all verdicts
	for _, m := range marks() {
		v := verdict{mark: m}
		ours, theirs := key{m.row, m.ours, m.unit}, key{m.row, m.theirs, m.unit}
		v.mine, v.measured = r.median(ours)
		if m.theirs != "" && v.measured {
			v.other, _ = r.median(theirs)
			v.ratio, v.measured = r.ratio(ours, theirs)
		}
		all = append(all, v)
	}
	return all
}

// cells returns the cells of the table: what, ours, theirs, ratio, mark, and whether it holds.
func (v verdict) cells() []string {
	held := "yes"
	if !v.holds() {
		held = "no"
	}
	if v.theirs == "" {
		return []string{v.title, number(v.mine, v.unit), "", "", v.bound(), held}
	}
	return []string{v.title, number(v.mine, v.unit), number(v.other, v.unit), fmt.Sprintf("%.2f", v.ratio), v.bound(), held}
}

func (v verdict) bound() string {
	if v.theirs == "" {
		return number(v.most, v.unit)
	}
	return fmt.Sprintf("%.2f", v.most)
}

// String is the table for a terminal.
func (all verdicts) String() string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\tours\ttheirs\tratio\tmark\tholds")
	for _, v := range all {
		if v.measured {
			fmt.Fprintln(table, strings.Join(v.cells(), "\t"))
		}
	}
	_ = table.Flush() // a strings.Builder does not fail
	return text.String()
}

// number prints a value in a unit that a person reads.
func number(value float64, unit string) string {
	unit, _, _ = strings.Cut(strings.TrimPrefix(unit, "cpu-"), "/")
	for _, larger := range []struct {
		from, to string
		factor   float64
	}{{"ns", "µs", 1000}, {"µs", "ms", 1000}, {"ms", "s", 1000}, {"peak-B", "B", 1}, {"B", "KB", 1000}, {"KB", "MB", 1000}, {"MB", "GB", 1000}} {
		if unit == larger.from && (larger.factor == 1 || value >= larger.factor) {
			unit, value = larger.to, value/larger.factor
		}
	}
	digits := 0
	if value < 100 {
		digits = 1
	}
	return strings.TrimSuffix(fmt.Sprintf("%.*f", digits, value), ".0") + " " + unit
}
