// SPDX-License-Identifier: Apache-2.0
/**
 * Certificates that are replaced on disk while the process runs. A broken replacement never displaces a working pair.
 */
@NullMarked
package dev.virtualcluster.runtime.tls;

import org.jspecify.annotations.NullMarked;
