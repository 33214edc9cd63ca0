/** What the agent's tests share: certificates, a kubelet that plays a script, and a client that sends exactly the bytes it is given. */
@NullMarked
package dev.virtualcluster.agent.testing;

import org.jspecify.annotations.NullMarked;
