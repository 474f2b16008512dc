// Package cli holds what the commands clientgen and informergen share: flags, help, the run and its report.
package cli
