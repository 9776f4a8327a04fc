package io.margay.ipam.allocate;

import io.margay.foundation.addr.Ip;
import io.margay.ipam.store.Block;

/** An address in use and what is known of it. */
public record Held(Ip ip, Block.Attributes attributes) {}
