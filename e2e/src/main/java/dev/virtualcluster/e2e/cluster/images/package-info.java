/**
 * Container images without Docker and without a registry: upstream's images are put together from the programs we
 * build, under upstream's names. The archives are OCI layouts, cached by the digest of what went into them.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster.images;

import org.jspecify.annotations.NullMarked;
