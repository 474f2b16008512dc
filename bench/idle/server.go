package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

// cluster is the address of an API server and the certificate that it shows.
type cluster struct {
	URL string
	CA  []byte
}

// serveClusters serves n clusters until its input ends. It prints them as JSON in one line.
func serveClusters(ctx context.Context, n int) error {
	all := make([]cluster, 0, n)
	for range n {
		c, err := serveCluster(ctx)
		if err != nil {
			return err
		}
		all = append(all, c)
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// serveCluster serves a cluster until the process ends.
func serveCluster(ctx context.Context) (cluster, error) {
	certificate, ca, err := newCertificate()
	if err != nil {
		return cluster{}, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return cluster{}, err
	}
	server := &http.Server{
		Handler: http.HandlerFunc(answer), ReadHeaderTimeout: time.Minute,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	return cluster{URL: "https://" + listener.Addr().String(), CA: ca}, nil
}

// newCertificate makes a certificate for the loopback address that is its own authority, and returns it in PEM too.
func newCertificate() (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, ca, nil
}

// Every kind has one object, and its watches have no events.
const (
	object = `{"kind":"Thing","apiVersion":"idle.example.com/v1","metadata":{"name":"one","namespace":"default","uid":"5f0c9a0e","resourceVersion":"1"}}`
	end    = `{"kind":"Thing","apiVersion":"idle.example.com/v1","metadata":{"resourceVersion":"1","annotations":{"k8s.io/initial-events-end":"true"}}}`
	whole  = `{"kind":"ThingList","apiVersion":"idle.example.com/v1","metadata":{"resourceVersion":"1"},"items":[` + object + `]}`
)

// answer answers lists and watches of any kind.
func answer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	query := r.URL.Query()
	if query.Get("watch") == "" {
		_, _ = io.WriteString(w, whole)
		return
	}
	if query.Get("sendInitialEvents") == "true" {
		_, _ = fmt.Fprintf(w, "{\"type\":\"ADDED\",\"object\":%s}\n{\"type\":\"BOOKMARK\",\"object\":%s}\n", object, end)
	}
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
	<-r.Context().Done()
}
