// SPDX-License-Identifier: Apache-2.0

// Init is process 1 of one machine of the local cluster: it reaps orphans, and the kernel ends every process of
// the machine when it ends. It makes one thing besides: kube-controller-manager creates the folder of a
// hostPath volume for root alone, where provisioners on real clusters open it to the pod's user; so it opens each new folder
// in the folder named by its first argument.
package main

import (
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"unsafe"
)

func main() {
	signals := make(chan os.Signal, 64)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGCHLD)
	if len(os.Args) > 1 {
		go openVolumes(os.Args[1])
	}
	for s := range signals {
		if s == syscall.SIGTERM {
			return
		}
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err != nil || pid <= 0 {
				break
			}
		}
	}
}

func openVolumes(folder string) {
	watch, err := syscall.InotifyInit1(syscall.IN_CLOEXEC)
	if err == nil {
		_, err = syscall.InotifyAddWatch(watch, folder, syscall.IN_CREATE|syscall.IN_ONLYDIR)
	}
	if err != nil {
		log.Printf("volumes stay closed to users other than root: cannot watch %s: %v", folder, err)
		return
	}
	if existing, err := os.ReadDir(folder); err == nil {
		for _, entry := range existing {
			open(folder, entry.Name())
		}
	}
	buffer := make([]byte, 64*1024)
	for {
		n, err := syscall.Read(watch, buffer)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			log.Printf("watching %s: %v", folder, err)
			return
		}
		for at := 0; at+syscall.SizeofInotifyEvent <= n; {
			event := (*syscall.InotifyEvent)(unsafe.Pointer(&buffer[at]))
			name := string(buffer[at+syscall.SizeofInotifyEvent : at+syscall.SizeofInotifyEvent+int(event.Len)])
			at += syscall.SizeofInotifyEvent + int(event.Len)
			open(folder, strings.TrimRight(name, "\x00"))
		}
	}
}

func open(folder, name string) {
	if name == "" {
		return
	}
	if err := os.Chmod(filepath.Join(folder, name), 0o777); err != nil && !os.IsNotExist(err) {
		log.Printf("opening volume %s: %v", name, err)
	}
}
