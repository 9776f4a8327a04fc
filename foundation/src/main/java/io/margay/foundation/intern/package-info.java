/**
 * Equal content held once and named by an int.
 *
 * <p>Reference counts are kept here; who counts is the business of the one owner of each table.
 */
@NullMarked
package io.margay.foundation.intern;

import org.jspecify.annotations.NullMarked;
