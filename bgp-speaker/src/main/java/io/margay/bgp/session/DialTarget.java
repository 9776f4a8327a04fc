package io.margay.bgp.session;

import io.margay.foundation.addr.Ip;
import java.util.Optional;

/**
 * Whom to dial, and how.
 *
 * @param source own address; empty leaves it to the kernel
 * @param leastTtl least TTL of what is taken; 0 takes all
 * @param md5Key TCP MD5 key, 1 to 80 bytes
 */
public record DialTarget(
    Endpoint remote, Optional<Ip> source, int sentTtl, int leastTtl, Optional<Md5Key> md5Key) {}
