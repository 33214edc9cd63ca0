/**
 * The local provider: a real cluster as processes of this machine, each node in Linux namespaces of its own.
 * {@code DESIGN.md} beside this file says why nodes are machines and how everything is found again and removed.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster.local;

import org.jspecify.annotations.NullMarked;
