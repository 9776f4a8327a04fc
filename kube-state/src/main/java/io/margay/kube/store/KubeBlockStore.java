package io.margay.kube.store;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.BlockStore;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.ObjectStore;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Reservation;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import io.margay.kube.client.KubeApi;
import io.margay.kube.types.IpamReader;
import io.margay.kube.types.IpamWriter;
import io.margay.kube.types.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Calico's IPAM objects in the API server. Writes name the version that they replace, deletes the
 * UID too; fields that we do not know survive a write. Any thread may call.
 */
public final class KubeBlockStore implements BlockStore {
  /** What the one IPAMConfig is called. */
  private static final String CONFIG = "default";

  /** Owners whose affinities all have labels. */
  private final Set<Owner> labelled = ConcurrentHashMap.newKeySet();

  private final KubeObjects<Prefix, Block> blocks;
  private final KubeObjects<Affinity.Key, Affinity> affinities;
  private final KubeObjects<String, Handle> handles;
  private final KubeObjects<String, IpamConfig> configs;
  private final KubeObjects<String, Reservation> reservations;

  public KubeBlockStore(KubeApi api) {
    blocks =
        new KubeObjects<>(
            api,
            new KubeObjects.Format<>(
                Kind.IPAM_BLOCK,
                IpamReader::block,
                Block::cidr,
                IpamWriter::name,
                _ -> Map.of(),
                IpamWriter::spec,
                Set.of("affinity", "affinityClaimTime", "sequenceNumberForAllocation")));
    affinities =
        new KubeObjects<>(
            api,
            new KubeObjects.Format<>(
                Kind.BLOCK_AFFINITY,
                IpamReader::affinity,
                Affinity::key,
                IpamWriter::name,
                IpamWriter::labels,
                IpamWriter::spec,
                Set.of()));
    handles =
        new KubeObjects<>(
            api,
            new KubeObjects.Format<>(
                Kind.IPAM_HANDLE,
                IpamReader::handle,
                Handle::id,
                IpamWriter::handleName,
                _ -> Map.of(),
                IpamWriter::spec,
                Set.of()));
    configs =
        new KubeObjects<>(
            api,
            new KubeObjects.Format<>(
                Kind.IPAM_CONFIG,
                IpamReader::config,
                _ -> CONFIG,
                name -> name,
                _ -> Map.of(),
                IpamWriter::spec,
                Set.of()));
    reservations =
        new KubeObjects<>(
            api,
            new KubeObjects.Format<>(
                Kind.IP_RESERVATION,
                IpamReader::reservation,
                Reservation::name,
                name -> name,
                _ -> Map.of(),
                _ -> Map.of(),
                Set.of()));
  }

  @Override
  public ObjectStore<Prefix, Block> blocks() {
    return blocks;
  }

  @Override
  public ObjectStore<Affinity.Key, Affinity> affinities() {
    return affinities;
  }

  @Override
  public List<Stored<Affinity>> affinitiesOf(Owner owner) {
    if (!labelled.contains(owner)) {
      return labelAll(owner);
    }
    var labels = IpamWriter.labels(owner);
    String selector =
        labels.entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .sorted()
            .collect(Collectors.joining(","));
    return of(owner, affinities.list(selector));
  }

  @Override
  public ObjectStore<String, Handle> handles() {
    return handles;
  }

  @Override
  public IpamConfig config() {
    return configs.get(CONFIG).map(Stored::value).orElseGet(this::createConfig);
  }

  @Override
  public List<Reservation> reservations() {
    // An address in one that was left out would be given away.
    return reservations.listStrictly().stream().map(Stored::value).toList();
  }

  /** Calico before 3.31 wrote affinities without labels: the first time all are looked through. */
  private List<Stored<Affinity>> labelAll(Owner owner) {
    var all = new ArrayList<Stored<Affinity>>();
    boolean complete = true;
    for (Stored<Affinity> stored : of(owner, affinities.list())) {
      Stored<Affinity> after = stored;
      if (!affinities.isLabelled(stored)) {
        switch (affinities.update(stored.value(), stored.revision())) {
          case WriteOutcome.Written<Affinity>(Stored<Affinity> written) -> after = written;
          case WriteOutcome.NotFound<Affinity> _ -> {
            continue;
          }
          case WriteOutcome.Conflict<Affinity> _, WriteOutcome.AlreadyExists<Affinity> _ ->
              complete = false;
        }
      }
      all.add(after);
    }
    if (complete) {
      labelled.add(owner);
    }
    return all;
  }

  private static List<Stored<Affinity>> of(Owner owner, List<Stored<Affinity>> all) {
    return all.stream().filter(stored -> stored.value().key().owner().equals(owner)).toList();
  }

  private IpamConfig createConfig() {
    return switch (configs.create(IpamConfig.DEFAULT)) {
      case WriteOutcome.Written<IpamConfig>(Stored<IpamConfig> stored) -> stored.value();
      // Another node was first.
      case WriteOutcome.AlreadyExists<IpamConfig> _,
          WriteOutcome.Conflict<IpamConfig> _,
          WriteOutcome.NotFound<IpamConfig> _ ->
          configs
              .get(CONFIG)
              .map(Stored::value)
              .orElseThrow(
                  () -> new StoreUnavailableException("IPAMConfig \"default\" comes and goes"));
    };
  }
}
