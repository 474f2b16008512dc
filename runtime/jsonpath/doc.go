// Package jsonpath finds values in objects by templates, in the language of `kubectl get -o jsonpath`:
//
//	{.metadata.name}                             a field; \. in a name is a dot of the name
//	{.metadata['name', 'uid']}                   several fields
//	{.items[0]} {.items[-1]} {.items[1:5:2]}     items of a list, from its end, from:to:step
//	{.items[*].kind} {.status.*}                 all items, all fields
//	{..image}                                    fields of that name at any depth
//	{.items[?(@.kind=="Pod")]}                   items for which a comparison holds, or @.field for those that have it
//	{range .items[*]}{.metadata.name}{"\n"}{end} a part of the template for each value
//
// Text outside of braces stands for itself. @ and $ both mean the value at hand: the item within a range or filter, the
// object outside.
//
// [New] and [JSONPath.Parse] read a template, [JSONPath.Execute] writes what it finds, [JSONPath.FindResults] returns it.
// Objects may be made of maps, slices and any structs; fields of structs go by the names of their JSON tags. Fields of a map
// come in the order of their names. A parsed template is not changed by its use: goroutines may share it.
//
// Errors are of type [*Error] and say where in the template they belong.
package jsonpath
