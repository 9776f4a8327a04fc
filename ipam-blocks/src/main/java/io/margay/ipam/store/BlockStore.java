package io.margay.ipam.store;

import io.margay.foundation.addr.Prefix;
import java.util.List;

/**
 * Where Calico's IPAM objects are kept. Called by many virtual threads at a time.
 *
 * <p>Methods throw {@link StoreUnavailableException} as {@link ObjectStore} says.
 */
public interface BlockStore {
  ObjectStore<Prefix, Block> blocks();

  ObjectStore<Affinity.Key, Affinity> affinities();

  /** The affinities of one owner, those marked as deleted included; one request. */
  List<Stored<Affinity>> affinitiesOf(Owner owner);

  /** By handle id; the store lower-cases it for the object's name. */
  ObjectStore<String, Handle> handles();

  /** The IPAMConfig {@code default}, created with Calico's defaults when there is none. */
  IpamConfig config();

  List<Reservation> reservations();
}
