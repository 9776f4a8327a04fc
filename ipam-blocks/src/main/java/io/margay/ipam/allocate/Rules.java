package io.margay.ipam.allocate;

import io.margay.ipam.block.Reserved;
import io.margay.ipam.store.IpamConfig;

/** What the cluster's administrator has said about assignments. */
record Rules(IpamConfig config, Reserved reserved) {}
