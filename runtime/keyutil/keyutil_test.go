package keyutil

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/certs"
)

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: PrivateKeyBlockType, Bytes: der})
}

func TestKeys(t *testing.T) {
	elliptic1, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	rsa1, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	written := func(key any) []byte {
		data, err := MarshalPrivateKeyToPEM(key)
		require.NoError(t, err)
		return data
	}
	parameters := pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS", Bytes: []byte{1}})
	broken := pem.EncodeToMemory(&pem.Block{Type: RSAPrivateKeyBlockType, Bytes: []byte{1}})
	for name, test := range map[string]struct {
		data    []byte
		private any
		public  []any
	}{
		"elliptic":             {written(elliptic1), elliptic1, []any{elliptic1.Public()}},
		"RSA":                  {written(rsa1), rsa1, []any{rsa1.Public()}},
		"elliptic in PKCS 8":   {pkcs8(t, elliptic1), elliptic1, []any{elliptic1.Public()}},
		"RSA in PKCS 8":        {pkcs8(t, rsa1), rsa1, []any{rsa1.Public()}},
		"Edwards":              {pkcs8(t, edwards), edwards, nil},
		"after another block":  {append(parameters, written(elliptic1)...), elliptic1, []any{elliptic1.Public()}},
		"after a broken block": {append(broken, written(rsa1)...), rsa1, []any{rsa1.Public()}},
		"nothing":              {nil, nil, nil},
		"no PEM":               {[]byte("key"), nil, nil},
		"only broken":          {broken, nil, nil},
		"several":              {append(written(rsa1), written(elliptic1)...), rsa1, []any{rsa1.Public(), elliptic1.Public()}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "key")
			require.NoError(t, os.WriteFile(file, test.data, 0o600))
			key, err := PrivateKeyFromFile(file)
			assert.Equal(t, test.private == nil, err != nil)
			assert.Equal(t, test.private, key)
			keys, err := PublicKeysFromFile(file)
			assert.Equal(t, test.public == nil, err != nil)
			assert.Equal(t, test.public, keys)
		})
	}
	_, err = MarshalPrivateKeyToPEM(edwards)
	require.EqualError(t, err, "private key is not a recognized type: ed25519.PrivateKey")
}

func TestPublicKeysOfCertificates(t *testing.T) {
	authority, err := certs.New("test", 1)
	require.NoError(t, err)
	keys, err := ParsePublicKeysPEM(authority.PEM())
	require.NoError(t, err)
	assert.IsType(t, &ecdsa.PublicKey{}, keys[0])
}

func TestLoadOrGenerate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "below", "key")
	first, generated, err := LoadOrGenerateKeyFile(file)
	require.NoError(t, err)
	assert.True(t, generated)
	second, generated, err := LoadOrGenerateKeyFile(file)
	require.NoError(t, err)
	assert.False(t, generated)
	assert.Equal(t, first, second)

	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	_, _, err = LoadOrGenerateKeyFile(file)
	require.ErrorContains(t, err, "error loading key from "+file)
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(kept), "a file that is not a key is not replaced")

	_, _, err = LoadOrGenerateKeyFile(filepath.Dir(file))
	require.ErrorContains(t, err, "error loading key")
	_, err = PrivateKeyFromFile(file + "no")
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = PublicKeysFromFile(file + "no")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestWriteKeyRestrictsTheMode starts from a file that everybody can read and that holds no key yet.
func TestWriteKeyRestrictsTheMode(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte("longer than the key"), 0o644))
	require.NoError(t, WriteKey(file, []byte("key")))
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "key", string(data))
}
