// Package surface tests that the generators emit the same surface as Kubernetes' generators: for the APIs of gateway-api,
// metrics and Kubernetes, every exported declaration of the published clients is in ours with the same signature, import
// paths excepted. It reads the published clients as source and does not compile them. It is a separate module, so that the
// main module does not depend on them.
package surface
