package check

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// configurations checks that an apply configuration can hold everything that its type can, and that its methods With… set everything.
func configurations(t *testing.T, s *subject) {
	empty := s.configuration()
	if empty == nil {
		return
	}
	f := s.filler()
	for range *rounds {
		obj := f.value(s.goType).Interface()
		config := reflect.New(reflect.TypeOf(empty).Elem()).Interface()
		rewrite(t, obj, config)
		want := document(t, obj)
		require.Equal(t, want, document(t, config), "a configuration read from an object says something else")
		eachConfiguration(reflect.ValueOf(config), func(part reflect.Value) { assertBuilders(t, part) })
		if t.Failed() {
			return
		}
	}
}

// configuration returns an empty apply configuration of the kind; nil if it has none.
func (s *subject) configuration() any {
	if s.ForKind == nil {
		return nil
	}
	return s.ForKind(s.kind.GroupVersionKind)
}

// eachConfiguration calls do for a configuration and for all configurations in it.
func eachConfiguration(v reflect.Value, do func(pointer reflect.Value)) {
	switch v.Kind() { //nolint:exhaustive // other kinds contain no configurations
	case reflect.Pointer:
		if !v.IsNil() {
			if v.Elem().Kind() == reflect.Struct && isConfiguration(v.Type().Elem()) {
				do(v)
			}
			eachConfiguration(v.Elem(), do)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachConfiguration(v.Index(i).Addr(), do)
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(entries.Value())
			eachConfiguration(p, do)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if isConfiguration(v.Type()) {
				eachConfiguration(field, do)
			}
		}
	}
}

func isConfigurationOrPointer(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return isConfiguration(t)
}

func isConfiguration(t reflect.Type) bool {
	name := t.Name()
	const suffix = "ApplyConfiguration"
	return len(name) > len(suffix) && name[len(name)-len(suffix):] == suffix
}

// assertBuilders copies a configuration with the methods With… of an empty one, and compares the two.
func assertBuilders(t *testing.T, config reflect.Value) {
	t.Helper()
	built := reflect.New(config.Type().Elem())
	for _, field := range reflect.VisibleFields(config.Type().Elem()) {
		value, err := config.Elem().FieldByIndexErr(field.Index)
		if err != nil || value.IsZero() {
			continue
		}
		if field.Anonymous {
			switch {
			case len(field.Index) > 1:
			case isConfigurationOrPointer(field.Type):
				setHidden(built.Elem(), config.Elem(), field)
			default:
				built.Elem().FieldByIndex(field.Index).Set(value) // an embedded type without a configuration has no methods With…
			}
			continue
		}
		if len(field.Index) > 1 && !isConfigurationOrPointer(config.Type().Elem().Field(field.Index[0]).Type) {
			continue
		}
		with := built.MethodByName("With" + field.Name)
		if !assert.True(t, with.IsValid(), "%v has no With%s", config.Type(), field.Name) {
			return
		}
		args, ok := arguments(with.Type(), value)
		if !assert.True(t, ok, "With%s of %v is a %v, which cannot take a %v", field.Name, config.Type(), with.Type(), value.Type()) {
			return
		}
		with.Call(args)
	}
	assert.Equal(t, document(t, config.Interface()), document(t, built.Interface()), "the methods With… of %v do not set the same values", config.Type())
}

// setHidden copies the fields of an embedded configuration that are hidden by a field with the same name, such as the name in the
// metadata of a kind that has a field Name itself. The method With… sets the outer field.
func setHidden(built, config reflect.Value, embedded reflect.StructField) {
	from := reflect.Indirect(config.FieldByIndex(embedded.Index))
	for field, value := range from.Fields() {
		visible, ok := config.Type().FieldByName(field.Name)
		if value.IsZero() || ok && slices.Equal(visible.Index, append(slices.Clone(embedded.Index), field.Index...)) {
			continue
		}
		to := built.FieldByIndex(embedded.Index)
		if to.Kind() == reflect.Pointer {
			if to.IsNil() {
				to.Set(reflect.New(to.Type().Elem()))
			}
			to = to.Elem()
		}
		to.FieldByIndex(field.Index).Set(value)
	}
}

// arguments converts the value of a field to arguments of the method that sets it.
func arguments(with reflect.Type, value reflect.Value) ([]reflect.Value, bool) {
	if with.NumIn() != 1 {
		return nil, false
	}
	param := with.In(0)
	if !with.IsVariadic() {
		arg, ok := adapt(param, value)
		return []reflect.Value{arg}, ok
	}
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	var args []reflect.Value
	for i := range value.Len() {
		arg, ok := adapt(param.Elem(), value.Index(i))
		if !ok {
			return nil, false
		}
		args = append(args, arg)
	}
	return args, true
}

func adapt(param reflect.Type, value reflect.Value) (reflect.Value, bool) {
	switch {
	case value.Type().AssignableTo(param):
		return value, true
	case value.Kind() == reflect.Pointer && value.Type().Elem().AssignableTo(param):
		return value.Elem(), true
	case param.Kind() == reflect.Pointer && value.Type().AssignableTo(param.Elem()):
		p := reflect.New(value.Type())
		p.Elem().Set(value)
		return p, true
	}
	return value, false
}
