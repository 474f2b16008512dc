package auth

import (
	"encoding/json"
	"fmt"

	"github.com/typewright/typewright/runtime/internal/credfile"
	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/rest"
)

// Info is the content of such a file.
type Info struct {
	User        string
	Password    string `datapolicy:"password"`
	CAFile      string
	CertFile    string
	KeyFile     string
	BearerToken string `datapolicy:"token"`
	// Insecure trusts whatever certificate the server shows; nil says nothing about it.
	Insecure *bool
}

// LoadFromFile reads an Info. Where the file does not exist, os.IsNotExist is true of the error.
func LoadFromFile(path string) (*Info, error) {
	data, err := credfile.Read(path)
	if err != nil {
		return nil, err
	}
	info := &Info{}
	if err := json.Unmarshal(data, info); err != nil {
		return nil, fmt.Errorf("credentials file %s: %w", path, err)
	}
	return info, nil
}

// MergeWithConfig returns a copy of c with the user, the password, the files and the token of info, the empty ones too;
// Insecure is set where info says something about it. It returns no error.
func (info Info) MergeWithConfig(c rest.Config) (rest.Config, error) {
	c.Username = info.User
	c.Password = info.Password
	c.CAFile = info.CAFile
	c.CertFile = info.CertFile
	c.KeyFile = info.KeyFile
	c.BearerToken = info.BearerToken
	if info.Insecure != nil {
		c.Insecure = *info.Insecure
	}
	return c, nil
}

// GoString is String.
func (info Info) GoString() string { return info.String() }

// String describes info without password and token.
func (info Info) String() string {
	return fmt.Sprintf("auth.Info{User: %q, Password: %q, CAFile: %q, CertFile: %q, KeyFile: %q, BearerToken: %q}",
		info.User, redact.Hide(info.Password), info.CAFile, info.CertFile, info.KeyFile, redact.Hide(info.BearerToken))
}

// Format prints String, whatever the verb. As JSON an Info is the file that it is kept in, with its secrets.
func (info Info) Format(f fmt.State, verb rune) { redact.Format(f, verb, info.String()) }

// Complete tells whether info identifies somebody.
func (info Info) Complete() bool {
	return info.User != "" || info.CertFile != "" || info.BearerToken != ""
}
