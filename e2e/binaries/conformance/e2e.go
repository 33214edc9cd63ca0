//go:build pin

// Package pin keeps the modules that the conformance test binary is built from in go.mod and go.sum.
package pin

import _ "k8s.io/kubernetes/test/e2e"
