/**
 * The command line of the local cluster, behind the targets of the Makefile. Messages go to standard error, results to
 * standard output.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster.cli;

import org.jspecify.annotations.NullMarked;
