package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Compact drops etcd's history up to now. A running kube-apiserver continues to serve watches from its cache. After a restart it responds
// with 410 Expired to a watch from an earlier resource version.
func (c *Cluster) Compact(ctx context.Context) error {
	var head struct {
		Header struct {
			Revision json.Number `json:"revision"`
		} `json:"header"`
	}
	// Reading any key returns the current revision, even if the key does not exist.
	if err := c.etcdCall(ctx, "/v3/kv/range", map[string]any{"key": "AA=="}, &head); err != nil {
		return err
	}
	return c.etcdCall(ctx, "/v3/kv/compaction", map[string]any{"revision": head.Header.Revision, "physical": true}, nil)
}

// etcdCall calls etcd through its JSON gateway.
func (c *Cluster) etcdCall(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.etcdURL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd %s: %s", path, resp.Status)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
