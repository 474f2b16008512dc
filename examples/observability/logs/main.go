// Logs has the messages of clients and informers go where those of the program go: to log/slog, as JSON.
//
//	cd examples/observability && go run ./logs
//
// The informer follows a kind that the API server in this process does not know, so that there is something to log.
package main

import (
	"context"
	"io"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
)

func main() {
	handler := newHandler(os.Stdout, 2)
	klog.SetSlogLogger(slog.New(handler)) // what is logged where there is no context
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Second)
	err := run(ctx, handler)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

// newHandler returns a handler that writes JSON, with messages up to a verbosity as of klog's flag -v: V(2) has the level -2 in slog.
func newHandler(out io.Writer, verbosity int) slog.Handler {
	return slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.Level(-verbosity)})
}

// run gives the informer a logger by its context. What it logs has the values of this logger.
func run(ctx context.Context, handler slog.Handler) error {
	ctx = klog.NewContext(ctx, logr.FromSlogHandler(handler).WithValues("fleet", "north"))
	server, err := apitest.New(apitest.Options{})
	if err != nil {
		return err
	}
	defer server.Close()
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		return err
	}
	factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{})
	informer := factory.ForResource(schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "docks"}).Informer()
	factory.StartWithContext(ctx)
	defer factory.Shutdown()
	if err := cache.WaitForSync(ctx, informer); err != nil {
		klog.FromContext(ctx).Error(err, "The program does without docks")
	}
	return nil
}
