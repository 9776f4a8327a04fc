package io.margay.ipam.store;

/** An object as it was read or written, with the revision to name when it is written next. */
public record Stored<T>(T value, Revision revision) {}
