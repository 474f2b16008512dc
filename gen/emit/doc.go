// Package emit brings emitted files and the disk together. It is the only package of the generators that writes.
//
// [Compare] finds out what would have to change; it only reads. What comes of the changes is up to a [Sink]: [Disk]
// makes them, all or nothing; [Diff] shows them, for --verify; [List] names them, for --dry-run. Tests take them into a
// map.
//
// Files that nobody of us emitted are never touched: a file is replaced or removed only where its header names the tool
// of the run, or, with --adopt, one of Kubernetes' generators.
package emit
