package model

// Verb is a client verb as the markers spell it.
type Verb string

// The verbs that +genclient:onlyVerbs and +genclient:skipVerbs accept.
const (
	Create           Verb = "create"
	Update           Verb = "update"
	UpdateStatus     Verb = "updateStatus"
	Delete           Verb = "delete"
	DeleteCollection Verb = "deleteCollection"
	Get              Verb = "get"
	List             Verb = "list"
	Watch            Verb = "watch"
	Patch            Verb = "patch"
	Apply            Verb = "apply"
	ApplyStatus      Verb = "applyStatus"
)

// AllVerbs are all verbs in the order in which client interfaces list them.
func AllVerbs() []Verb {
	return []Verb{Create, Update, UpdateStatus, Delete, DeleteCollection, Get, List, Watch, Patch, Apply, ApplyStatus}
}
