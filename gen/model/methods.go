package model

import (
	"go/token"
	"slices"
	"strings"
)

// methods reads the +genclient:method markers of a kind.
func (b *builder) methods(k *Kind) []Method {
	var methods []Method
	for _, m := range k.Decl.Markers {
		if m.Name != "genclient:method" {
			continue
		}
		method, ok := b.method(k, m)
		if !ok {
			continue
		}
		if slices.ContainsFunc(methods, func(other Method) bool { return other.Name == method.Name }) {
			b.problems.Add(m.Pos, "give them different names", "type %s has two methods %s", k.GoName, method.Name)
			continue
		}
		if taken := isMethodOfClient(k, method.Name); taken {
			b.problems.Add(m.Pos, "give it another name", "clients of %s have another method %s", k.GoName, method.Name)
			continue
		}
		methods = append(methods, method)
	}
	return methods
}

// isMethodOfClient reports whether clients of a kind have a method of that name without a marker: a verb, or At, by which extra
// methods address the object.
func isMethodOfClient(k *Kind, name string) bool {
	return name == "At" || slices.ContainsFunc(k.Verbs, func(v Verb) bool { return UpperFirst(string(v)) == name })
}

// method reads "Name,verb=…,subresource=…,input=…,result=…".
func (b *builder) method(k *Kind, m Marker) (Method, bool) {
	name, rest, _ := strings.Cut(m.Value, ",")
	method := Method{Name: strings.TrimSpace(name)}
	if !token.IsIdentifier(method.Name) || !token.IsExported(method.Name) {
		b.problems.Add(m.Pos, "write +genclient:method=Name,verb=…", "%q cannot be the name of a method", method.Name)
		return method, false
	}
	ok := true
	for argument := range strings.SplitSeq(rest, ",") {
		if rest != "" && !b.methodArgument(k, m, &method, argument) {
			ok = false
		}
	}
	return method, ok && b.checkMethod(m, method)
}

func (b *builder) methodArgument(k *Kind, m Marker, method *Method, argument string) bool {
	key, value, _ := strings.Cut(argument, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if value == "" {
		b.problems.Add(m.Pos, "write key=value", "method %s: %q has no value", method.Name, key)
		return false
	}
	switch key {
	case "verb":
		method.Verb = Verb(value)
	case "subresource":
		if !subresourcePath.MatchString(value) {
			b.problems.Add(m.Pos, "write a name such as scale", "method %s: %q cannot be a subresource", method.Name, value)
			return false
		}
		method.Subresource = value
	case "input":
		method.Input = b.methodType(k, m, value)
		return method.Input != nil
	case "result":
		method.Result = b.methodType(k, m, value)
		return method.Result != nil
	default:
		b.problems.Add(m.Pos, "use verb, subresource, input and result", "method %s: unknown key %q", method.Name, key)
		return false
	}
	return true
}

// methodType finds a type such as "Scale" in the package of the kind, or "k8s.io/api/autoscaling/v1.Scale" among the referenced
// declarations.
func (b *builder) methodType(k *Kind, m Marker, name string) *Type {
	d := b.find(k.Version.Package, name)
	if d == nil {
		b.problems.Add(m.Pos, "name a type of the package, or another's as import/path.Name", "there is no type %s", name)
		return nil
	}
	return &Type{Kind: Named, Name: d.Name, Decl: d, Pos: m.Pos}
}

// SplitTypeName splits "import/path.Name"; ok is false for a bare name.
func SplitTypeName(s string) (path, name string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+1:], true
}

func (b *builder) checkMethod(m Marker, method Method) bool {
	inputs, results := []Verb{Create, Update, Apply}, []Verb{Create, Update, Get, List, Patch, Apply}
	switch {
	case method.Verb == "":
		b.problems.Add(m.Pos, "add verb=get or another verb", "method %s has no verb", method.Name)
	case !slices.Contains(AllVerbs(), method.Verb):
		b.unknownVerb(m, method.Verb)
	case !slices.Contains(results, method.Verb):
		b.problems.Add(m.Pos, "use create, update, get, list, patch or apply", "method %s cannot have the verb %s", method.Name, method.Verb)
	case method.Input != nil && !slices.Contains(inputs, method.Verb):
		b.problems.Add(m.Pos, "leave input out", "method %s: the verb %s takes no input", method.Name, method.Verb)
	default:
		return true
	}
	return false
}
