package connrotation_test

import (
	"context"
	"fmt"
	"net"

	"github.com/typewright/typewright/runtime/connrotation"
)

// Connections that were made with an old certificate are closed, so that the next ones show the new one.
func ExampleNewDialer() {
	dialer := connrotation.NewDialer(func(context.Context, string, string) (net.Conn, error) {
		here, _ := net.Pipe()
		return here, nil
	})
	conn, err := dialer.DialContext(context.Background(), "tcp", "example.com:443")
	if err != nil {
		fmt.Println(err)
		return
	}
	dialer.CloseAll()
	_, err = conn.Write([]byte("hello"))
	fmt.Println(err)
	// Output: io: read/write on closed pipe
}
