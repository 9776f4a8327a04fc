package io.margay.kernel.netlink;

/**
 * How a dump ended.
 *
 * @param ack whether the kernel gave it
 * @param consistent false when the table changed meanwhile: entries may be missing or there twice
 */
public record DumpEnd(Ack ack, boolean consistent) {}
