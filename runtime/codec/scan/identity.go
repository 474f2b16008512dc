package scan

// Identity is what the metadata of an object says of it, as far as is needed to tell whether somebody wants it.
type Identity struct{ UID, Namespace, ResourceVersion string }

// Identify reads no more of a document than its metadata, and returns what they say. It returns false for a document that is not an
// object with a uid and a resource version. To decode the document, begin again with Reset.
func (s *Scanner) Identify() (id Identity, ok bool) {
	o := s.Object()
	for o.Next() {
		if string(o.Name) == "metadata" {
			s.identify(&id)
			break
		}
		s.Skip()
	}
	return id, !s.failed && id.UID != "" && id.ResourceVersion != ""
}

func (s *Scanner) identify(id *Identity) {
	o := s.Object()
	for o.Next() {
		switch string(o.Name) {
		case "uid":
			id.UID = string(s.Text())
		case "namespace":
			id.Namespace = string(s.Text())
		case "resourceVersion":
			id.ResourceVersion = string(s.Text())
		default:
			s.Skip()
		}
		if id.UID != "" && id.Namespace != "" && id.ResourceVersion != "" {
			return
		}
	}
}
