package source

// Tag is a row of the table of tags.
type Tag struct {
	Name string
	// Text is the tag, with % for the JSON name; "none" for no tag.
	Text string
	// Weight is how often the tag is chosen, relative to the others.
	Weight int
	// For restricts the tag to fields with this word in Fits.
	For string
	// Off is the reason why the tag is not used.
	Off string
}

// Tags is the table of tags.
func Tags() []Tag {
	return []Tag{
		{Name: "OmitEmpty", Text: `json:"%,omitempty"`, Weight: 30},
		{Name: "Plain", Text: `json:"%"`, Weight: 15},
		{Name: "OmitZero", Text: `json:"%,omitzero"`, Weight: 4},
		{Name: "OmitBoth", Text: `json:"%,omitempty,omitzero"`, Weight: 2},
		{Name: "Nameless", Text: `json:",omitempty"`, Weight: 2},
		{Name: "Protobuf", Text: `json:"%,omitempty" protobuf:"bytes,1,opt,name=%"`, Weight: 3},
		{Name: "OtherKeys", Text: `yaml:"other" json:"%,omitempty" validate:"required"`, Weight: 2},
		{Name: "Untagged", Text: "none", Weight: 2},
		{Name: "Dash", Text: `json:"-"`, Weight: 1},
		{Name: "DashComma", Text: `json:"-,"`, Weight: 1, For: "once"},
		{Name: "Odd", Text: `json:"odd-name.%"`, Weight: 1},
		{Name: "Foreign", Text: `json:"größe%"`, Weight: 1},
		{Name: "Quoted", Text: `json:"%,string"`, Weight: 3, For: "string"},
	}
}
