package io.margay.ipam.store;

/**
 * Calico's IPAMConfig {@code default}, as far as allocation asks for it.
 *
 * @param strictAffinity no address is taken from a block of another host
 * @param autoAllocateBlocks blocks may be claimed when an address is needed
 * @param maxBlocksPerHost 0 stands for {@value #DEFAULT_MAX_BLOCKS_PER_HOST}
 */
public record IpamConfig(boolean strictAffinity, boolean autoAllocateBlocks, int maxBlocksPerHost) {
  public static final int DEFAULT_MAX_BLOCKS_PER_HOST = 20;

  /** What the first IPAM call of a cluster creates. */
  public static final IpamConfig DEFAULT = new IpamConfig(false, true, 0);

  public IpamConfig {
    if (maxBlocksPerHost < 0) {
      throw new IllegalArgumentException("maxBlocksPerHost is " + maxBlocksPerHost);
    }
  }

  /** The most blocks that a host may have of the pools that a request may use. */
  public int blockLimit() {
    return maxBlocksPerHost == 0 ? DEFAULT_MAX_BLOCKS_PER_HOST : maxBlocksPerHost;
  }
}
