// Package surface tests that the names of the incumbents are here.
//
// The generators emit the same surface as Kubernetes' generators: for the APIs of gateway-api, metrics and Kubernetes, every exported
// declaration of the published clients is in ours with the same signature, import paths excepted. These are read as source and not
// compiled.
//
// The packages of client-go that no generator has written are compared with ours by type. What is missing or otherwise stands in
// testdata/clientgo.txt, with the reason.
//
// It is a separate module, so that the main module does not depend on the incumbents.
package surface
