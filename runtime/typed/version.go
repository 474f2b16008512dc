package typed

// The constants below exist to be referred to by generated code:
//
//	const _ = typed.IsAtLeastVersion1
//
// A generator that begins to rely on something new in this package adds the next constant and emits a reference to it.
// Code from that generator then fails to compile against an older runtime, and the compiler's message names what is
// missing: "undefined: typed.IsAtLeastVersion2". None of them is removed within a major version of the module, so that
// clients which were generated at different times link into one program.
const (
	// IsAtLeastVersion1 is present in every runtime that offers clients, listers, informers and informer factories.
	IsAtLeastVersion1 = true
)
