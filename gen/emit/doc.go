// Package emit compares emitted files with the disk and writes them. No other package of the generators writes.
//
// [Compare] reads the disk and returns the changes. A [Sink] takes them: [Disk] makes them, all or none; [Diff] prints
// them, for --verify; [List] prints their paths, for --dry-run. Tests collect them in a map.
//
// A file is replaced or removed only if its header names the tool of the run, or, with --adopt, one of Kubernetes'
// generators or our other command.
package emit
