/** Tests of what all providers share. They need no cluster. */
@NullMarked
package dev.virtualcluster.e2e.cluster;

import org.jspecify.annotations.NullMarked;
