// verdict: AC
// tries: to start processes in every way that its library has
package main

import (
	"os"
	"os/exec"
	"syscall"
)

func main() {
	if exec.Command("/bin/sh", "-c", "true").Run() == nil {
		os.Exit(1)
	}
	if _, err := syscall.ForkExec("/prog", []string{"/prog"}, nil); err == nil {
		os.Exit(2)
	}
	if syscall.Exec("/prog", []string{"/prog"}, nil) == nil {
		os.Exit(3)
	}
	attributes := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS}
	if _, err := os.StartProcess("/prog", nil, &os.ProcAttr{Sys: attributes}); err == nil {
		os.Exit(4)
	}
}
