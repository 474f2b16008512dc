package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is a server that can be stopped and started again, with the same program, arguments, port and data.
type Process struct {
	name    string
	path    string
	args    []string
	logFile string
	ready   func(context.Context) error

	mu  sync.Mutex
	now *running
}

// running is one run of a process.
type running struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

// errPortTaken reports that a server ended because another process listens on its port.
var errPortTaken = errors.New("its port is taken")

// Start starts the process and returns when it is ready. It returns an error if the process is running.
func (p *Process) Start() error { return p.start(context.Background()) }

// Restart stops the process with SIGTERM and starts it again.
func (p *Process) Restart() error {
	p.Stop()
	return p.Start()
}

// stopWithin is how long a server may take to end after SIGTERM before it is killed.
const stopWithin = 30 * time.Second

// Stop sends SIGTERM and waits until the process has ended. It does nothing if the process is not running.
func (p *Process) Stop() {
	r := p.current()
	if r == nil {
		return
	}
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-r.done:
	case <-time.After(stopWithin):
		p.Kill()
	}
}

// Kill sends SIGKILL and waits until the process has ended.
func (p *Process) Kill() {
	if r := p.current(); r != nil {
		_ = r.cmd.Process.Kill()
		<-r.done
	}
}

// Freeze stops the process (SIGSTOP) until Thaw: its connections stay open, and it does not respond.
func (p *Process) Freeze() error { return p.signal(syscall.SIGSTOP) }

// Thaw continues a frozen process (SIGCONT).
func (p *Process) Thaw() error { return p.signal(syscall.SIGCONT) }

func (p *Process) signal(sig os.Signal) error {
	if r := p.current(); r != nil {
		return r.cmd.Process.Signal(sig)
	}
	return fmt.Errorf("%s does not run", p.name)
}

// PID returns the process id; zero if the process is not running.
func (p *Process) PID() int {
	if r := p.current(); r != nil {
		return r.cmd.Process.Pid
	}
	return 0
}

// current returns the current run, nil if the process is not running.
func (p *Process) current() *running {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == nil {
		return nil
	}
	select {
	case <-p.now.done:
		return nil
	default:
		return p.now
	}
}

func (p *Process) start(ctx context.Context) error {
	if p.current() != nil {
		return fmt.Errorf("start %s: it runs", p.name)
	}
	r, err := p.launch()
	if err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.mu.Lock()
	p.now = r
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		err := p.ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-r.done:
			return fmt.Errorf("start %s: %w", p.name, p.exitError(r))
		case <-ctx.Done():
			p.Kill()
			return fmt.Errorf("start %s: not ready in time: %w:\n%s", p.name, err, p.logTail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// launch starts the program from a goroutine that is locked to its thread until the program has ended: the kernel kills the program when
// the thread that started it ends.
func (p *Process) launch() (*running, error) {
	log, err := os.OpenFile(p.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	r := &running{cmd: exec.CommandContext(context.Background(), p.path, p.args...), done: make(chan struct{})} //nolint:gosec // ended by Kill; the programs are ours
	r.cmd.Stdout, r.cmd.Stderr = log, log
	r.cmd.SysProcAttr = killWithParent()
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer func() { _ = log.Close() }()
		err := r.cmd.Start()
		started <- err
		if err == nil {
			_ = r.cmd.Wait() // ProcessState says how it ended
			close(r.done)
		}
	}()
	return r, <-started
}

// exitError returns an error for a process that ended before it was ready.
func (p *Process) exitError(r *running) error {
	log := p.logTail()
	err := fmt.Errorf("it ended (%v):\n%s", r.cmd.ProcessState, log)
	if strings.Contains(log, "address already in use") {
		return errors.Join(errPortTaken, err)
	}
	return err
}

// logTail returns the end of the log, for errors.
func (p *Process) logTail() string {
	const most = 4096
	data, err := os.ReadFile(p.logFile)
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(data[max(0, len(data)-most):]))
}
