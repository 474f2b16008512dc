package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cert"
	"github.com/typewright/typewright/runtime/internal/credfile"
)

// FileStore is a Store in files.
type FileStore interface {
	Store
	// CurrentPath returns the path of the link to the current certificate and key. It need not exist.
	CurrentPath() string
}

// NewFileStore is NewFileStoreWithLogger with klog's logger.
func NewFileStore(pairNamePrefix, certDirectory, keyDirectory, certFile, keyFile string) (FileStore, error) {
	return NewFileStoreWithLogger(klog.Background(), pairNamePrefix, certDirectory, keyDirectory, certFile, keyFile)
}

// NewFileStoreWithLogger returns a store that reads the first of these that there is:
//
//  1. PREFIX-current.pem in certDirectory, a link to a file with a certificate and its key
//  2. certFile and keyFile
//  3. PREFIX.crt in certDirectory and PREFIX.key in keyDirectory
//
// Update writes a new file beside the link, and switches the link. One process at a time may update a store.
func NewFileStoreWithLogger(
	logger klog.Logger, pairNamePrefix, certDirectory, keyDirectory, certFile, keyFile string,
) (FileStore, error) {
	s := &fileStore{
		logger: logger, pairNamePrefix: pairNamePrefix, certDirectory: certDirectory, keyDirectory: keyDirectory,
		certFile: certFile, keyFile: keyFile,
	}
	if err := s.recover(); err != nil {
		return nil, fmt.Errorf("recover the link to the current certificate: %w", err)
	}
	return s, nil
}

// fileStore is the FileStore.
type fileStore struct {
	logger         klog.Logger
	pairNamePrefix string
	certDirectory  string
	keyDirectory   string
	certFile       string
	keyFile        string
}

func (s *fileStore) CurrentPath() string { return s.path("current") }

// path is the path of a file with a pair.
func (s *fileStore) path(qualifier string) string {
	return filepath.Join(s.certDirectory, s.pairNamePrefix+"-"+qualifier+".pem")
}

// recover finishes an update that was interrupted: client-go removes the current link before it renames the updated one to it.
func (s *fileStore) recover() error {
	if there, err := exists(s.CurrentPath()); there || err != nil {
		return err
	}
	if there, err := isLink(s.path("updated")); !there || err != nil {
		return err
	}
	return os.Rename(s.path("updated"), s.CurrentPath())
}

func (s *fileStore) Current() (*tls.Certificate, error) {
	pairs := [][2]string{
		{s.CurrentPath(), s.CurrentPath()},
		{s.certFile, s.keyFile},
		{filepath.Join(s.certDirectory, s.pairNamePrefix+".crt"), filepath.Join(s.keyDirectory, s.pairNamePrefix+".key")},
	}
	for _, pair := range pairs {
		certThere, certErr := exists(pair[0])
		keyThere, keyErr := exists(pair[1])
		if err := errors.Join(certErr, keyErr); err != nil {
			return nil, err
		}
		if certThere && keyThere {
			s.logger.Info("Loading a certificate and its key", "cert", pair[0], "key", pair[1])
			return loadPair(pair[0], pair[1])
		}
	}
	none := NoCertKeyError(fmt.Sprintf("no certificate and key in %q, %q, or %q", pairs[0], pairs[1], pairs[2]))
	return nil, &none
}

func (s *fileStore) Update(certData, keyData []byte) (*tls.Certificate, error) {
	pair, data, err := normalize(certData, keyData)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.certDirectory, 0o755); err != nil {
		return nil, fmt.Errorf("make the directory of certificates: %w", err)
	}
	path, err := s.write(data)
	if err != nil {
		return nil, fmt.Errorf("write the certificate and its key: %w", err)
	}
	if err := s.updateSymlink(path); err != nil {
		return nil, errors.Join(err, os.Remove(path)) // nothing uses it
	}
	return pair, nil
}

// normalize checks that a certificate fits its key, and returns both without what else the data has.
func normalize(certData, keyData []byte) (*tls.Certificate, []byte, error) {
	chain, err := cert.ParseCertsPEM(certData)
	if err != nil {
		return nil, nil, fmt.Errorf("invalid certificate data: %w", err)
	}
	data, err := cert.EncodeCertificates(chain...)
	if err != nil {
		return nil, nil, err
	}
	key, _ := pem.Decode(keyData)
	if key == nil {
		return nil, nil, errors.New("invalid key data")
	}
	data = append(data, pem.EncodeToMemory(key)...)
	pair, err := parsePair(data, data)
	return pair, data, err
}

// write writes a file that nobody else has made, with the time in its name, and waits until it is on the disk.
func (s *fileStore) write(data []byte) (path string, err error) {
	stamp := time.Now().Format("2006-01-02-15-04-05")
	file, err := os.OpenFile(s.path(stamp), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	for i := 1; errors.Is(err, fs.ErrExist); i++ { // more than one in a second
		file, err = os.OpenFile(s.path(fmt.Sprintf("%s-%d", stamp, i)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// updateSymlink makes the current link, or has it lead to another file. Something else in its place is an error.
func (s *fileStore) updateSymlink(target string) error {
	if _, err := isLink(s.CurrentPath()); err != nil {
		return err
	}
	if left, err := isLink(s.path("updated")); err != nil {
		return err
	} else if left {
		if err := os.Remove(s.path("updated")); err != nil {
			return err
		}
	}
	if _, err := os.Stat(target); err != nil {
		return err
	}
	target, err := filepath.Abs(target)
	if err != nil {
		return err
	}
	if err := os.Symlink(target, s.path("updated")); err != nil {
		return err
	}
	return os.Rename(s.path("updated"), s.CurrentPath())
}

// exists reports whether there is a file, or what a link leads to.
func exists(path string) (bool, error) {
	if path == "" {
		return false, nil
	}
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// isLink reports whether there is a link. Something else of that name is an error.
func isLink(path string) (bool, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case info.Mode().Type() != fs.ModeSymlink:
		return false, fmt.Errorf("%s is no link: move it away", path)
	}
	return true, nil
}

// loadPair reads a certificate and its key from two files, or from one.
func loadPair(certFile, keyFile string) (*tls.Certificate, error) {
	certPEM, err := credfile.Read(certFile)
	if err != nil {
		return nil, err
	}
	keyPEM := certPEM // read once: the link may lead elsewhere by now
	if keyFile != certFile {
		if keyPEM, err = credfile.Read(keyFile); err != nil {
			return nil, err
		}
	}
	pair, err := parsePair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("read a certificate and its key from %s and %s: %w", certFile, keyFile, err)
	}
	return pair, nil
}

// parsePair returns a certificate with its key and its parsed leaf, which programs of older versions of Go would lack.
func parsePair(certPEM, keyPEM []byte) (*tls.Certificate, error) {
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, err
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, err
		}
	}
	return &pair, nil
}
