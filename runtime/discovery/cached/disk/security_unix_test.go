//go:build unix

package disk_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/discovery/cached/disk"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
)

func TestSecurityFilesAreForTheirOwner(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077, 0o007} {
		old := syscall.Umask(umask)
		config := (&discoverytest.Server{Versions: discoverytest.Cluster()}).Start(t)
		parent := t.TempDir()
		client, err := disk.NewCachedDiscoveryClientForConfig(config, filepath.Join(parent, "new", "discovery"), filepath.Join(parent, "new", "http"), time.Hour)
		if err == nil {
			_, _, err = client.ServerGroupsAndResources()
		}
		answerFor(t, discoverytest.Serve(t, &personalServer{}), filepath.Join(parent, "new", "http"))
		syscall.Umask(old)
		require.NoError(t, err)
		files := everything(t, parent)
		assert.Greater(t, len(files), 6)
		for path, info := range files {
			want := os.FileMode(0o600)
			if info.IsDir() {
				want = 0o700
			}
			assert.Equal(t, want, info.Mode().Perm(), "%s under %o", path, umask)
		}
	}
}

// TestSecurityLinksInTheFolderAreNotFollowed plants links, and files that somebody else could have written, where files of
// the cache belong.
func TestSecurityLinksInTheFolderAreNotFollowed(t *testing.T) {
	plants := map[string]func(t *testing.T, file, outside string){
		"a link": func(t *testing.T, file, outside string) {
			require.NoError(t, os.Rename(file, outside))
			require.NoError(t, os.Symlink(outside, file))
		},
		"a hard link": func(t *testing.T, file, outside string) { require.NoError(t, os.Link(file, outside)) },
		"a folder behind a link": func(t *testing.T, file, outside string) {
			require.NoError(t, os.Rename(filepath.Dir(file), outside))
			require.NoError(t, os.Symlink(outside, filepath.Dir(file)))
		},
		"a file that all may write": func(t *testing.T, file, _ string) { require.NoError(t, os.Chmod(file, 0o666)) },
		"a file of another user": func(t *testing.T, file, _ string) {
			if os.Getuid() != 0 {
				t.Skip("SKIPPED: only root can be two users")
			}
			require.NoError(t, os.Chown(file, 65534, 65534))
		},
		"a pipe": func(t *testing.T, file, _ string) {
			require.NoError(t, os.Remove(file))
			require.NoError(t, syscall.Mkfifo(file, 0o600))
		},
	}
	for what, plant := range plants {
		t.Run(what, func(t *testing.T) {
			server := &discoverytest.Server{Versions: discoverytest.Cluster()}
			config, parent := server.Start(t), t.TempDir()
			folder, outside := filepath.Join(parent, "cache"), filepath.Join(parent, "outside")
			discoverAll(t, process(t, config, folder))
			server.Requests()
			file := filepath.Join(folder, "apps", "v1", "serverresources.json")
			original, err := os.ReadFile(file)
			require.NoError(t, err)
			plant(t, file, outside)
			before := everything(t, parent)

			discoverAll(t, process(t, config, folder))
			assert.Equal(t, []string{"/api", "/apis"}, server.Requests(), "what is there is not used")
			if info, ok := before[outside]; ok && info.Mode().IsRegular() {
				content, err := os.ReadFile(outside)
				require.NoError(t, err)
				assert.Equal(t, original, content, "what is elsewhere is not written to")
				assert.True(t, os.SameFile(info, everything(t, parent)[outside]))
			}
		})
	}
}
