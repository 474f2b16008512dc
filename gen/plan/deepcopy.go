package plan

import (
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// DeepCopy is the content of zz_generated.deepcopy.go: methods that copy the types of a package.
type DeepCopy struct {
	Methods []CopyMethod
	// Helpers are the functions that copy types which contain themselves and have no methods.
	Helpers []CopyHelper
	// In, Out and Copy are the names of the receiver, of the parameter and of a variable. Types of the package may have
	// the usual names.
	In, Out, Copy string
}

// CopyMethod is a method of a type.
type CopyMethod struct {
	Decl *model.Decl
	Form CopyMethodForm
	// ByValue means that the receiver is not a pointer.
	ByValue bool
	// Interface is what DeepCopy<Interface> returns: a name with an import path, which is empty in the package itself.
	Interface Name
	// Body are the statements of the forms Into and Make.
	Body []CopyStep
}

// CopyMethodForm is a form of copy method.
type CopyMethodForm int

// The forms of copy methods.
const (
	IntoMethod      CopyMethodForm = iota // DeepCopyInto with Body
	NewMethod                             // DeepCopy that calls DeepCopyInto
	MakeMethod                            // DeepCopy of a map or slice: makes one and fills it by Body
	CloneMethod                           // DeepCopy of a map or slice that is one expression, the value of Body
	InterfaceMethod                       // DeepCopy<Interface>, nil for nil
	ValueMethod                           // DeepCopy<Interface> of what DeepCopy returns as a value
	LinearMethod                          // DeepCopy<Interface> with a receiver that is not a pointer; Body is its result
)

// CopyHelper is a function that copies a type.
type CopyHelper struct {
	Name string
	Type *model.Type
	Body []CopyStep
}

// CopyStep is one statement of a copy.
type CopyStep struct {
	Form CopyForm
	// Dst and Src are the places to copy to and from.
	Dst, Src CopyPlace
	// Value is what Dst is set to.
	Value CopyValue
	// Func is the helper that is called.
	Func string
	// Index or Key and Elem are the variables of a loop.
	Index, Key, Elem string
	// Body are the statements within a loop or a condition.
	Body []CopyStep
}

// CopyForm is a form of statement.
type CopyForm int

// The forms of statements.
const (
	CopyAssign  CopyForm = iota // Dst = Value
	CopyDefine                  // Dst := Value
	CopyVar                     // var Dst Value.Type
	CopyInto                    // Src.DeepCopyInto(&Dst)
	CopyCall                    // Func(&Src, &Dst)
	CopyIfSet                   // if Src != nil { Body }
	CopyEach                    // for Index := range Src { Body }
	CopyEntries                 // for Key, Elem := range Src { Body }
)

// CopyPlace is a place in text, such as "in.Spec", "out.Tasks[i]" or "(*out.At)". With As, it is the place seen as a value
// of that type: (*As)(&Text).
type CopyPlace struct {
	Text string
	As   *model.Type
	// Pointer means that Text is a pointer to the place.
	Pointer bool
}

// Address is the address of a place, with no regard to As.
func (p CopyPlace) Address() string {
	if p.Pointer {
		return p.Text
	}
	if inner, ok := strings.CutPrefix(p.Text, "(*"); ok && strings.IndexByte(inner, ')') == len(inner)-1 {
		return inner[:len(inner)-1]
	}
	return "&" + p.Text
}

// CopyValue is an expression.
type CopyValue struct {
	Form CopyValueForm
	Of   CopyPlace
	// Type is the type that is made, Method the method that is called, Func the function.
	Type   *model.Type
	Method string
	Func   Name
	// Star means a * before the expression.
	Star bool
}

// CopyValueForm is a form of expression.
type CopyValueForm int

// The forms of expressions.
const (
	CopyOf      CopyValueForm = iota // Of
	CopyAddress                      // &Of
	CopyCalled                       // Of.Method()
	CopyFunc                         // Func(Of)
	CopyNew                          // new(Type)
	CopyMake                         // make(Type, len(Of))
)
