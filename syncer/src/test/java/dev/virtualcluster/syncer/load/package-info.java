// SPDX-License-Identifier: Apache-2.0
/** The syncer's own load test: a program, not part of any suite. */
package dev.virtualcluster.syncer.load;
