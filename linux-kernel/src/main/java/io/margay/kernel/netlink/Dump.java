package io.margay.kernel.netlink;

import java.util.List;

/**
 * All entries of a table.
 *
 * @param consistent false when the table changed under each of several attempts: an entry may be
 *     missing, or there twice; what is there was there
 */
public record Dump<T>(List<T> entries, boolean consistent) {}
