//go:build deps

// Package typewright keeps the module's direct dependencies while their users are written.
package typewright

import (
	_ "github.com/dave/jennifer/jen"
	_ "github.com/google/gnostic-models/openapiv2"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/google/uuid"
	_ "github.com/imdario/mergo"
	_ "github.com/munnerz/goautoneg"
	_ "github.com/spf13/pflag"
	_ "github.com/stretchr/testify/require"
	_ "go.uber.org/goleak"
	_ "golang.org/x/mod/modfile"
	_ "golang.org/x/net/http2"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/term"
	_ "golang.org/x/time/rate"
	_ "golang.org/x/tools/go/packages"
	_ "google.golang.org/protobuf/proto"
	_ "gopkg.in/evanphx/json-patch.v4"
	_ "k8s.io/api/core/v1"
	_ "k8s.io/apimachinery/pkg/apis/meta/v1"
	_ "k8s.io/apimachinery/pkg/util/managedfields"
	_ "k8s.io/klog/v2"
	_ "k8s.io/kube-openapi/pkg/spec3"
	_ "k8s.io/utils/clock"
	_ "sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	_ "sigs.k8s.io/yaml"
	_ "sigs.k8s.io/json"
)
