/**
 * The node agent: the one place where a tenant's request reaches a real node.
 * This package holds the process: flags, ordered start, reverse stop.
 */
@NullMarked
package dev.virtualcluster.agent;

import org.jspecify.annotations.NullMarked;
