/**
 * The super cluster for JUnit suites: one cluster shared by all classes and kept for the next run. A failed test leaves
 * the cluster's logs beside its report.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster.junit;

import org.jspecify.annotations.NullMarked;
