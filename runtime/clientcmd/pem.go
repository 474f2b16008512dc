package clientcmd

import (
	"bytes"
	"encoding/pem"
	"fmt"
)

// checkPEM reports certificates and keys of stanzas that come from files and hold no PEM: what connects knows neither the
// file nor the stanza that they stand in.
func checkPEM(chosen *choice) error {
	cluster, user := &chosen.cluster, &chosen.user
	what := fmt.Sprintf("cluster %q%s", chosen.context.Cluster, in(cluster.LocationOfOrigin))
	if cluster.LocationOfOrigin != "" && !cluster.InsecureSkipTLSVerify {
		if err := holdsPEM("certificate-authority", what, cluster.CertificateAuthority, cluster.CertificateAuthorityData); err != nil {
			return err
		}
	}
	if user.LocationOfOrigin == "" || user.ClientCertificate == "" && len(user.ClientCertificateData) == 0 {
		return nil // kubectl ignores a key without a certificate, too
	}
	what = fmt.Sprintf("user %q%s", chosen.context.AuthInfo, in(user.LocationOfOrigin))
	if err := holdsPEM("client-certificate", what, user.ClientCertificate, user.ClientCertificateData); err != nil {
		return err
	}
	return holdsPEM("client-key", what, user.ClientKey, user.ClientKeyData)
}

// holdsPEM reports data, or else a file, in which there is no PEM. Either may be missing. A file that cannot be read is
// reported elsewhere.
func holdsPEM(key, stanza, file string, data []byte) error {
	where := key + "-data"
	if len(data) == 0 && file != "" {
		content, err := readFile(file)
		if err != nil {
			return nil //nolint:nilerr // validation has opened it
		}
		where, data = key+" "+file, content
	} else if len(data) == 0 {
		return nil
	}
	if block, _ := pem.Decode(data); block != nil {
		return nil
	}
	hint := ""
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("LS0tLS1CRUdJTi")) { // "-----BEGIN " in base64
		hint = ": it is encoded in base64 once too often"
	}
	return fmt.Errorf("%s of %s is no PEM%s", where, stanza, hint)
}
