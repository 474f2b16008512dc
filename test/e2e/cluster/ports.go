package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
)

// freePorts finds n free ports of the loopback interface. They are below the range that the kernel uses for outgoing connections, so that
// a port stays free while its server is down.
func freePorts(n int) ([]int, error) {
	const lowest, count, tries = 20000, 10000, 1000
	var ports []int
	for range tries {
		port := lowest + rand.IntN(count) //nolint:gosec // no secret
		listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		defer func() { _ = listener.Close() }() // closed at the end, so that no port is found twice
		if ports = append(ports, port); len(ports) == n {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("no %d free ports on 127.0.0.1 between %d and %d", n, lowest, lowest+count)
}
