/**
 * What the agent serves: an allow-list of paths, methods, query keys and upgrades. Everything that is not named here is refused.
 * Pure functions over a request's head.
 */
@NullMarked
package dev.virtualcluster.agent.route;

import org.jspecify.annotations.NullMarked;
