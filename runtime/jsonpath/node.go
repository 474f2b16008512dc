package jsonpath

import "fmt"

// NodeType says what a node is.
type NodeType int

// The types of nodes.
const (
	NodeText NodeType = iota
	NodeArray
	NodeList
	NodeField
	NodeIdentifier
	NodeFilter
	NodeInt
	NodeFloat
	NodeWildcard
	NodeRecursive
	NodeUnion
	NodeBool
)

// Type returns the type itself: nodes embed it.
func (t NodeType) Type() NodeType { return t }

// String returns the name of the type.
func (t NodeType) String() string { return NodeTypeName[t] }

// Node is a part of a parsed template.
type Node interface {
	Type() NodeType
	String() string
}

// ListNode is what stands between braces: steps, each of which starts from what the one before has found. The root of a
// template is a list of texts and lists.
type ListNode struct {
	NodeType

	Nodes []Node
}

// String returns the name of the type.
func (l *ListNode) String() string { return l.Type().String() }

func (l *ListNode) append(n Node) { l.Nodes = append(l.Nodes, n) }

// TextNode is text, quoted or outside of braces.
type TextNode struct {
	NodeType

	Text string
}

// String describes the node.
func (t *TextNode) String() string { return fmt.Sprintf("%s: %s", t.NodeType, t.Text) }

// FieldNode goes to a field.
type FieldNode struct {
	NodeType

	Value string
}

// String describes the node.
func (f *FieldNode) String() string { return fmt.Sprintf("%s: %s", f.NodeType, f.Value) }

// IdentifierNode is a word: range or end.
type IdentifierNode struct {
	NodeType

	Name string
}

// String describes the node.
func (f *IdentifierNode) String() string { return fmt.Sprintf("%s: %s", f.NodeType, f.Name) }

// ParamsEntry is a number of an [ArrayNode].
type ParamsEntry struct {
	Value int

	Known   bool // the template gives it
	Derived bool // the end of a single index, which is one more than the index
}

// ArrayNode goes to items of a list.
type ArrayNode struct {
	NodeType

	Params [3]ParamsEntry // start, end, step
}

// String describes the node.
func (a *ArrayNode) String() string { return fmt.Sprintf("%s: %v", a.NodeType, a.Params) }

// FilterNode goes to those items of a list for which a comparison holds. The operator "exists" has no right side.
type FilterNode struct {
	NodeType

	Left     *ListNode
	Right    *ListNode
	Operator string
}

// String describes the node.
func (f *FilterNode) String() string {
	return fmt.Sprintf("%s: %s %s %s", f.NodeType, f.Left, f.Operator, f.Right)
}

// IntNode is a whole number.
type IntNode struct {
	NodeType

	Value int
}

// String describes the node.
func (i *IntNode) String() string { return fmt.Sprintf("%s: %d", i.NodeType, i.Value) }

// FloatNode is a number with a fraction.
type FloatNode struct {
	NodeType

	Value float64
}

// String describes the node.
func (i *FloatNode) String() string { return fmt.Sprintf("%s: %f", i.NodeType, i.Value) }

// WildcardNode goes to everything that a value holds.
type WildcardNode struct {
	NodeType
}

// String returns the name of the type.
func (i *WildcardNode) String() string { return i.Type().String() }

// RecursiveNode goes to a value and to everything below it.
type RecursiveNode struct {
	NodeType
}

// String returns the name of the type.
func (r *RecursiveNode) String() string { return r.Type().String() }

// UnionNode goes to what each of several lists finds.
type UnionNode struct {
	NodeType

	Nodes []*ListNode
}

// String returns the name of the type.
func (u *UnionNode) String() string { return u.Type().String() }

// BoolNode is true or false.
type BoolNode struct {
	NodeType

	Value bool
}

// String describes the node.
func (b *BoolNode) String() string { return fmt.Sprintf("%s: %t", b.NodeType, b.Value) }
