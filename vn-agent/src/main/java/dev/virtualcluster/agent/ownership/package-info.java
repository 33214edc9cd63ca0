/**
 * Whose pod it is: a tenant's names are mapped to the super cluster and every step is confirmed by what is recorded there.
 * Names are only a way to find a candidate; annotations with UIDs prove that it is the tenant's.
 */
@NullMarked
package dev.virtualcluster.agent.ownership;

import org.jspecify.annotations.NullMarked;
