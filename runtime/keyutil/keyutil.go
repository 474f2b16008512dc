// Package keyutil makes, reads and writes private keys, and reads public ones, in PEM.
package keyutil

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Types of PEM blocks that hold keys.
const (
	ECPrivateKeyBlockType  = "EC PRIVATE KEY"
	RSAPrivateKeyBlockType = "RSA PRIVATE KEY"
	PrivateKeyBlockType    = "PRIVATE KEY" // PKCS #8, of any algorithm
	PublicKeyBlockType     = "PUBLIC KEY"
)

// MakeEllipticPrivateKeyPEM makes an ECDSA key on the curve P-256.
func MakeEllipticPrivateKeyPEM() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return MarshalPrivateKeyToPEM(key)
}

// MarshalPrivateKeyToPEM encodes an *ecdsa.PrivateKey or *rsa.PrivateKey. Others are an error.
func MarshalPrivateKeyToPEM(privateKey crypto.PrivateKey) ([]byte, error) {
	switch key := privateKey.(type) {
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			return nil, fmt.Errorf("encode a key: %w", err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: ECPrivateKeyBlockType, Bytes: der}), nil
	case *rsa.PrivateKey:
		return pem.EncodeToMemory(&pem.Block{Type: RSAPrivateKeyBlockType, Bytes: x509.MarshalPKCS1PrivateKey(key)}), nil
	}
	return nil, fmt.Errorf("private key is not a recognized type: %T", privateKey)
}

// WriteKey writes a key to a file that its owner alone may read, also if the file was there with another mode. It makes the
// folders that are missing.
func WriteKey(keyPath string, data []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(keyPath), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(keyPath, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := file.Chmod(0o600); err != nil {
		return err
	}
	_, err = file.Write(data)
	return err
}

// LoadOrGenerateKeyFile returns the key in a file. If there is no file, it writes a new key there. A file that holds no key is
// an error and stays as it is.
func LoadOrGenerateKeyFile(keyPath string) (data []byte, wasGenerated bool, err error) {
	data, err = os.ReadFile(keyPath)
	if err == nil {
		if _, err = ParsePrivateKeyPEM(data); err == nil {
			return data, false, nil
		}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, false, fmt.Errorf("error loading key from %s: %w", keyPath, err)
	}
	if data, err = MakeEllipticPrivateKeyPEM(); err != nil {
		return nil, false, fmt.Errorf("error generating key: %w", err)
	}
	if err := WriteKey(keyPath, data); err != nil {
		return nil, false, fmt.Errorf("error writing key to %s: %w", keyPath, err)
	}
	return data, true, nil
}

// PrivateKeyFromFile reads the first private key of a file; see [ParsePrivateKeyPEM].
func PrivateKeyFromFile(file string) (interface{}, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	key, err := ParsePrivateKeyPEM(data)
	if err != nil {
		return nil, fmt.Errorf("error reading private key file %s: %w", file, err)
	}
	return key, nil
}

// PublicKeysFromFile reads the public keys of a file; see [ParsePublicKeysPEM].
func PublicKeysFromFile(file string) ([]interface{}, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	keys, err := ParsePublicKeysPEM(data)
	if err != nil {
		return nil, fmt.Errorf("error reading public key file %s: %w", file, err)
	}
	return keys, nil
}

// ParsePrivateKeyPEM returns the first private key among PEM blocks: an *rsa.PrivateKey, an *ecdsa.PrivateKey, or what else
// PKCS #8 holds. It passes over blocks of other types, and over those that it cannot read.
func ParsePrivateKeyPEM(keyData []byte) (interface{}, error) {
	for block := range blocks(keyData) {
		var key any
		err := errors.New("no key")
		switch block.Type {
		case ECPrivateKeyBlockType:
			key, err = x509.ParseECPrivateKey(block.Bytes)
		case RSAPrivateKeyBlockType:
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case PrivateKeyBlockType:
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		}
		if err == nil {
			return key, nil
		}
	}
	return nil, errors.New("data does not contain a valid RSA or ECDSA private key")
}

// ParsePublicKeysPEM returns the *rsa.PublicKey and *ecdsa.PublicKey of all PEM blocks that hold a public key, a private key or
// a certificate, whatever the types of the blocks say. It passes over other blocks, and is an error if no key is left.
func ParsePublicKeysPEM(keyData []byte) ([]interface{}, error) {
	var keys []any
	for block := range blocks(keyData) {
		switch key := publicKey(block.Bytes).(type) {
		case *rsa.PublicKey, *ecdsa.PublicKey:
			keys = append(keys, key)
		}
	}
	if keys == nil {
		return nil, errors.New("data does not contain any valid RSA or ECDSA public keys")
	}
	return keys, nil
}

// publicKey is the public key in some DER, nil if there is none.
func publicKey(der []byte) crypto.PublicKey {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key.Public()
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key.Public()
	}
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if signer, ok := key.(crypto.Signer); ok {
			return signer.Public()
		}
	}
	if key, err := x509.ParsePKIXPublicKey(der); err == nil {
		return key
	}
	if cert, err := x509.ParseCertificate(der); err == nil {
		return cert.PublicKey
	}
	return nil
}

// blocks goes through the PEM blocks of some data.
func blocks(data []byte) func(yield func(*pem.Block) bool) {
	return func(yield func(*pem.Block) bool) {
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			if !yield(block) {
				return
			}
		}
	}
}
