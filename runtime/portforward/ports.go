package portforward

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	netutils "k8s.io/utils/net"
)

// ForwardedPort is a local port and the port of the pod that it leads to.
type ForwardedPort struct {
	Local  uint16
	Remote uint16
}

// parsePorts reads ports: "5000" forwards a local port to the same port of the pod, "8888:5000" to another, and ":5000" or
// "0:5000" forwards a free local port.
func parsePorts(ports []string) ([]ForwardedPort, error) {
	forwards := make([]ForwardedPort, 0, len(ports))
	for _, text := range ports {
		local, remote, both := strings.Cut(text, ":")
		switch {
		case !both:
			remote = local
		case strings.Contains(remote, ":"):
			return nil, fmt.Errorf("invalid port format '%s'", text)
		case local == "":
			local = "0"
		}
		from, err := strconv.ParseUint(local, 10, 16)
		if err != nil {
			return nil, fmt.Errorf("error parsing local port '%s': %w", local, err)
		}
		to, err := strconv.ParseUint(remote, 10, 16)
		if err != nil {
			return nil, fmt.Errorf("error parsing remote port '%s': %w", remote, err)
		}
		if to == 0 {
			return nil, errors.New("remote port must be > 0")
		}
		forwards = append(forwards, ForwardedPort{Local: uint16(from), Remote: uint16(to)})
	}
	return forwards, nil
}

// failure modes: a port is not forwarded if all addresses of the one mode fail, or any of the other.
const (
	failAll = "all"
	failAny = "any"
)

// listenAddress is an address to listen on.
type listenAddress struct {
	address     string
	protocol    string
	failureMode string
}

// parseAddresses reads addresses. "localhost" stands for 127.0.0.1 and ::1, of which one suffices; other addresses are IPs that
// must all be there.
func parseAddresses(addresses []string) ([]listenAddress, error) {
	parsed := map[string]listenAddress{}
	for _, address := range addresses {
		ip := netutils.ParseIPSloppy(address)
		switch {
		case address == "localhost":
			for _, own := range []listenAddress{{"127.0.0.1", "tcp4", failAll}, {"::1", "tcp6", failAll}} {
				if _, named := parsed[own.address]; !named {
					parsed[own.address] = own
				}
			}
		case ip == nil:
			return nil, fmt.Errorf("%s is not a valid IP", address)
		case ip.To4() != nil:
			parsed[address] = listenAddress{address, "tcp4", failAny}
		default:
			parsed[address] = listenAddress{address, "tcp6", failAny}
		}
	}
	return slices.SortedFunc(maps.Values(parsed), func(a, b listenAddress) int { return cmp.Compare(a.address, b.address) }), nil
}
