// SPDX-License-Identifier: Apache-2.0
/**
 * Binds the client library's model to JSON by its fields. Jackson asks each class for its methods and for the type
 * arguments of its interfaces, and the virtual machine loads what they name: the builder of each class of the model, 450
 * classes that hardly anybody uses.
 */
@NullMarked
package dev.virtualcluster.runtime.binding;

import org.jspecify.annotations.NullMarked;
