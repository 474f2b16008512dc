package model

// checkTypes is where the types of an API are judged as a whole.
func (b *builder) checkTypes() {}
