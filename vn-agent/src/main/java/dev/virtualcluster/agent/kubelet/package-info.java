/**
 * The way to the one kubelet behind the agent: its address comes from the agent's own settings, its certificate is verified, and the
 * request it gets is written anew. Nothing of a tenant's request decides where a connection goes.
 */
@NullMarked
package dev.virtualcluster.agent.kubelet;

import org.jspecify.annotations.NullMarked;
