package io.margay.bgp.rib;

/**
 * One of several paths to a prefix, for peers that get more than the best.
 *
 * @param number its path identifier towards them (RFC 7911): no other path to the prefix has it
 */
public record OfferedPath(int number, BestRoute route) {}
