/** What the tests of several packages share: worlds written as YAML, golden files. */
@org.jspecify.annotations.NullMarked
package io.margay.policy;
