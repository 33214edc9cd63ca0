/**
 * The command line of the super cluster, behind the targets of the Makefile. Progress goes to standard error, results to
 * standard output.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster.cli;

import org.jspecify.annotations.NullMarked;
