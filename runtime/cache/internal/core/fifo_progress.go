package core

// progress knows whether the first list has been worked off: it has once as many elements have been popped as had been
// pushed when it was complete. The queue's lock guards it.
type progress struct {
	pushed, popped uint64

	// begun is set once there was a list, or something that stands for it; end is the position where it ends.
	begun  bool
	end    uint64
	synced chan struct{}
}

// begin notes that something came. What comes before every list stands for the first one.
func (p *progress) begin() {
	p.begun = true
	p.check()
}

// list notes that a list has been queued as a whole.
func (p *progress) list() {
	if p.begun {
		return
	}
	p.begun, p.end = true, p.pushed
	p.check()
}

// done reports whether the first list has been worked off.
func (p *progress) done() bool { return p.begun && p.popped >= p.end }

func (p *progress) check() {
	if p.done() && !p.isSynced() {
		close(p.synced)
	}
}

// delay moves the end of the first list behind what was queued again.
func (p *progress) delay() {
	if p.begun && !p.isSynced() {
		p.end = p.pushed
	}
}

func (p *progress) isSynced() bool {
	select {
	case <-p.synced:
		return true
	default:
		return false
	}
}
