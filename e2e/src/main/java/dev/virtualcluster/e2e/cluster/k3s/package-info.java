/**
 * The provider that runs k3s in a container, where a Docker engine answers. The container outlives the command that
 * started it and is found again by a label with the checkout's path.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster.k3s;

import org.jspecify.annotations.NullMarked;
