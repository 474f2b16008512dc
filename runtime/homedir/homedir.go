// Package homedir finds the user's home folder, as kubectl finds it.
package homedir

import (
	"os"
	"path/filepath"
	"runtime"
)

// HomeDir returns the home folder, and nothing where none is known. It is $HOME, but on Windows the first of %HOME%,
// %HOMEDRIVE%%HOMEPATH% and %USERPROFILE% that holds a .kube\config; without one, of %HOME%, %USERPROFILE% and
// %HOMEDRIVE%%HOMEPATH%, the first folder that can be written to, else the first that exists, else the first that is set.
func HomeDir() string {
	if runtime.GOOS != "windows" {
		return os.Getenv("HOME")
	}
	home, profile := os.Getenv("HOME"), os.Getenv("USERPROFILE")
	drive := ""
	if d, p := os.Getenv("HOMEDRIVE"), os.Getenv("HOMEPATH"); d != "" && p != "" {
		drive = d + p
	}
	return choose([]string{home, drive, profile}, []string{home, profile, drive})
}

// choose applies the rules for Windows: configured is the order of folders that hold a kubeconfig, others that of all.
func choose(configured, others []string) string {
	hasConfig := func(folder string) bool {
		_, err := os.Stat(filepath.Join(folder, ".kube", "config"))
		return err == nil
	}
	isWritable := func(folder string) bool {
		info, err := os.Stat(folder)
		return err == nil && info.IsDir() && info.Mode().Perm()&0o200 != 0
	}
	exists := func(folder string) bool {
		_, err := os.Stat(folder)
		return err == nil
	}
	isSet := func(string) bool { return true }
	for _, try := range []struct {
		folders []string
		fits    func(string) bool
	}{{configured, hasConfig}, {others, isWritable}, {others, exists}, {others, isSet}} {
		for _, folder := range try.folders {
			if folder != "" && try.fits(folder) {
				return folder
			}
		}
	}
	return ""
}
