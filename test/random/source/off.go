package source

// Why rows are off, where several share a reason.
const (
	offColon    = "markers with := are refused"
	offConst    = "lengths by constant lead to code that does not compile"
	offPointers = "copies of maps of pointers to some names lead to code that does not compile"
	offGeneric  = "copies of types with several parameters lead to code that does not compile"
	offPlural   = "NewClientset guesses resources from kinds, and does not find others"
)
