package io.margay.bench.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PopulationTest {
  private record Named(Kind kind, ObjectKey key) {}

  private static List<Creation> all(ClusterSize size) {
    return new Population(size).waves().stream().flatMap(Function.identity()).toList();
  }

  @Test
  void largeClusterHasWhatIsPromised() {
    Map<Kind, Long> counts =
        all(ClusterSize.LARGE).stream()
            .collect(Collectors.groupingBy(Creation::kind, Collectors.counting()));
    assertThat(counts)
        .containsEntry(Kind.POD, 10_000L)
        .containsEntry(Kind.IPAM_HANDLE, 10_000L)
        .containsEntry(Kind.NODE, 200L)
        .containsEntry(Kind.NETWORK_POLICY, 200L)
        .containsEntry(Kind.IPAM_BLOCK, 250L)
        .containsEntry(Kind.BLOCK_AFFINITY, 250L);
  }

  @Test
  void everyObjectHasANameOfItsOwnAndEveryPodAnAddress() {
    var names = new HashSet<Named>();
    Set<String> addresses = new HashSet<>();
    for (Creation creation : all(ClusterSize.LARGE)) {
      assertThat(names.add(new Named(creation.kind(), creation.key())))
          .as("%s %s", creation.kind(), creation.key())
          .isTrue();
      if (creation.kind() == Kind.POD) {
        addresses.add(creation.status().orElseThrow().replaceFirst(".*\"podIP\":\"", ""));
      }
    }
    assertThat(addresses).hasSize(10_000);
  }

  @Test
  void sameObjectsEachTime() {
    var size = new ClusterSize(2, 10, 3);
    assertThat(all(size).stream().map(Creation::key).toList())
        .isEqualTo(all(size).stream().map(Creation::key).toList());
  }
}
