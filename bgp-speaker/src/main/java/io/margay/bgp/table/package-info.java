/**
 * Flat tables: prefixes and attribute sets as primitives in pages, named by ints. They hold
 * millions of routes without an object for each. Pure; each table is owned by one thread.
 */
@NullMarked
package io.margay.bgp.table;

import org.jspecify.annotations.NullMarked;
