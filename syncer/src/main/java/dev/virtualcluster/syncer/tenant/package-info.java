// SPDX-License-Identifier: Apache-2.0
/** The tenants being served - how they are found, connected, watched and let go. A tenant that cannot be reached parks only its own work. */
@NullMarked
package dev.virtualcluster.syncer.tenant;

import org.jspecify.annotations.NullMarked;
