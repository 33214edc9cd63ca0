/** Tests of the image archives: what is written is what containerd reads. */
@NullMarked
package dev.virtualcluster.e2e.cluster.images;

import org.jspecify.annotations.NullMarked;
