package scan

// number reads a number and returns it as it is written; nothing where there is none.
func (s *Scanner) number() []byte {
	s.peek()
	begin := s.pos
	s.pass('-', '-')
	if !s.pass('0', '0') && !s.digits() {
		s.GiveUp()
		return nil
	}
	if s.pass('.', '.') && !s.digits() {
		s.GiveUp()
		return nil
	}
	if s.pass('e', 'e') || s.pass('E', 'E') {
		_ = s.pass('+', '+') || s.pass('-', '-')
		if !s.digits() {
			s.GiveUp()
			return nil
		}
	}
	return s.data[begin:s.pos]
}

// pass passes over one byte between two others.
func (s *Scanner) pass(from, to byte) bool {
	if s.pos < len(s.data) && from <= s.data[s.pos] && s.data[s.pos] <= to {
		s.pos++
		return true
	}
	return false
}

// digits passes over digits, and reports whether there were any.
func (s *Scanner) digits() bool {
	begin := s.pos
	for s.pass('0', '9') {
	}
	return s.pos > begin
}
