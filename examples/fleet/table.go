package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/cache"
)

const row = "%-8s  %-8s  %-9s  %-10s  %7s  %7s\n"

// table is a typed handler that prints each event as a line.
type table struct {
	out   io.Writer
	start time.Time

	mu    sync.Mutex
	seen  map[string]int
	total int
	news  chan struct{} // holds at most one: "look at total again"
}

var _ cache.TypedResourceEventHandler[*v1beta1.Robot] = (*table)(nil)

func newTable(out io.Writer) *table {
	t := &table{out: out, start: time.Now(), seen: map[string]int{}, news: make(chan struct{}, 1)}
	fmt.Fprintf(out, row, "AFTER", "EVENT", "ROBOT", "PHASE", "BATTERY", "VERSION")
	return t
}

// OnAdd, OnUpdate and OnDelete are called one at a time, in the order of the server's history.
func (t *table) OnAdd(robot *v1beta1.Robot, _ bool) { t.print("added", robot) }

func (t *table) OnUpdate(_, robot *v1beta1.Robot) { t.print("updated", robot) }

func (t *table) OnDelete(gone cache.DeletedObject[*v1beta1.Robot]) {
	t.print("deleted", gone.OptionalObj)
}

func (t *table) print(event string, robot *v1beta1.Robot) {
	battery := "-"
	if charge := robot.Status.BatteryPercent; charge != nil {
		battery = fmt.Sprintf("%d%%", *charge)
	}
	phase := string(robot.Status.Phase)
	if phase == "" {
		phase = "-"
	}
	after := time.Since(t.start).Round(time.Millisecond).String()

	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, row, after, event, robot.Name, phase, battery, robot.ResourceVersion)
	t.seen[event]++
	t.total++
	select {
	case t.news <- struct{}{}:
	default:
	}
}

// wait returns once as many events have been printed.
func (t *table) wait(ctx context.Context, events int) error {
	for {
		t.mu.Lock()
		total := t.total
		t.mu.Unlock()
		if total >= events {
			return nil
		}
		select {
		case <-t.news:
		case <-ctx.Done():
			return fmt.Errorf("saw %d of %d events: %w", total, events, context.Cause(ctx))
		}
	}
}

func (t *table) summary(writes int, left []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.Sort(left)
	fmt.Fprintf(t.out, "\n%d writes, %d events (%d added, %d updated, %d deleted) in %s; in the cache now: %s\n",
		writes, t.total, t.seen["added"], t.seen["updated"], t.seen["deleted"],
		time.Since(t.start).Round(time.Millisecond), strings.Join(left, ", "))
}
