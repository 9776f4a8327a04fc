package io.margay.ipam.store;

/**
 * Names one stored version of one object. Opaque: the store makes it, and knows it again when it
 * comes back with a write (it may hold resource version and UID).
 */
public record Revision(String text) {}
