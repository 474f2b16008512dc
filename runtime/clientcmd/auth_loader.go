package clientcmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/term"

	"github.com/typewright/typewright/runtime/auth"
	"github.com/typewright/typewright/runtime/clientcmd/internal/safefile"
)

// AuthLoader finds the credentials of the user.
type AuthLoader interface {
	// LoadAuth may read the file at path, or ignore it.
	LoadAuth(path string) (*auth.Info, error)
}

// NewDefaultAuthLoader returns an AuthLoader that reads the file, see package auth, and nothing else.
func NewDefaultAuthLoader() AuthLoader { return fileAuthLoader{} }

type fileAuthLoader struct{}

func (fileAuthLoader) LoadAuth(path string) (*auth.Info, error) { return auth.LoadFromFile(path) }

// PromptingAuthLoader prompts for user name and password when the file does not exist.
type PromptingAuthLoader struct{ reader io.Reader }

// NewPromptingAuthLoader returns an AuthLoader that prompts on standard error, reads the user name from reader, and
// the password, without echo, from the terminal on standard input.
func NewPromptingAuthLoader(reader io.Reader) *PromptingAuthLoader {
	return &PromptingAuthLoader{reader}
}

// LoadAuth reads the file at path. If it does not exist, LoadAuth prompts, and writes the answers to the file with mode 0600.
// If that fails, it returns the answers beside the error.
func (a *PromptingAuthLoader) LoadAuth(path string) (*auth.Info, error) {
	info, err := auth.LoadFromFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return info, err
	}
	if info, err = a.Prompt(); err != nil {
		return nil, err
	}
	data, err := json.Marshal(info) //nolint:gosec // this is the file that keeps the password
	if err != nil {
		return info, err
	}
	return info, safefile.Write(path, data, 0o600)
}

// Prompt prompts for user name and password.
func (a *PromptingAuthLoader) Prompt() (*auth.Info, error) {
	info := &auth.Info{}
	fmt.Fprint(os.Stderr, "Please enter Username: ")
	if _, err := fmt.Fscan(a.reader, &info.User); err != nil {
		return nil, fmt.Errorf("read the user name: %w", err)
	}
	stdin := int(os.Stdin.Fd())
	if !term.IsTerminal(stdin) {
		return nil, errors.New("read the password: standard input is not a terminal")
	}
	fmt.Fprint(os.Stderr, "Please enter Password: ")
	password, err := term.ReadPassword(stdin)
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return nil, fmt.Errorf("read the password: %w", err)
	}
	info.Password = string(password)
	return info, nil
}
