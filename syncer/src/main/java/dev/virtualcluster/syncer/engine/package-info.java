// SPDX-License-Identifier: Apache-2.0
/** The engine - what a synced kind is, two fair queues, and the loops that work on them. It knows no kind; kinds know nothing of threads, retries and ownership checks. */
@NullMarked
package dev.virtualcluster.syncer.engine;

import org.jspecify.annotations.NullMarked;
