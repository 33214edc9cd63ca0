/**
 * The provider for a cluster that somebody else runs. Nothing is started or stopped; what is asked of it goes through
 * the kubeconfig.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster.existing;

import org.jspecify.annotations.NullMarked;
