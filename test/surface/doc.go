// Package surface proves that the generators emit what Kubernetes' own emit: for the APIs of gateway-api, of metrics and
// of Kubernetes itself, every exported declaration of the published clients stands in ours, with the same signature,
// import paths aside. It is a module of its own, so that those clients weigh on nobody; it reads them as source and
// compiles none of them.
package surface
