package io.margay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.margay.cluster.ControlPlane;
import io.margay.kube.client.KubeApi;
import io.margay.lab.api.EmbeddedServer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same cases on the real API server, which holds all, and on the lab's embedded one. What that
 * one does not do stands here, and is not relied on in the lab.
 */
class ContractTest {
  private static final Set<Contract> EMBEDDED_DOES_NOT =
      EnumSet.of(
          Contract.LIST_COMES_IN_PAGES,
          Contract.PODS_ARE_SELECTED_BY_NODE,
          // It remembers all writes of a test.
          Contract.WATCH_FROM_BEFORE_ALL_THAT_IS_REMEMBERED_IS_GONE,
          Contract.WATCH_STREAMS_WHAT_THERE_IS_AND_SAYS_WHERE_IT_ENDS,
          Contract.REFUSALS_SAY_WHICH_CONFLICT_IT_IS,
          Contract.PUT_OF_A_CUSTOM_OBJECT_NAMES_A_VERSION,
          Contract.EQUAL_PUT_IS_NO_NEW_VERSION,
          Contract.PATCH_OF_AN_OTHER_UID_IS_INVALID,
          Contract.STATUS_IN_A_PLAIN_WRITE_IS_LEFT_OUT,
          Contract.MERGE_PATCH_REMOVES_WHAT_IS_NULL,
          Contract.SERVER_SIDE_APPLY,
          Contract.UNKNOWN_MEMBERS_OUTSIDE_OF_THE_SPEC_ARE_PRUNED,
          Contract.REQUIRED_FIELDS_ARE_ASKED_FOR,
          Contract.DEFAULTS_ARE_FILLED_IN,
          Contract.NAMES_ARE_CHECKED,
          Contract.NOTHING_IS_MADE_IN_A_NAMESPACE_THAT_IS_NOT,
          Contract.NAMESPACE_TAKES_WHAT_IS_IN_IT_ALONG);

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Real {
    private ControlPlane plane;
    private KubeApi kube;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
      plane = RealCluster.start(folder);
      kube = KubeApi.fromKubeconfig(plane.admin());
      Contract.prepare(new Api(kube));
    }

    @AfterAll
    void end() {
      if (kube != null) {
        kube.close();
      }
      if (plane != null) {
        plane.close();
      }
    }

    @ParameterizedTest
    @EnumSource
    void holds(Contract contract) throws Exception {
      contract.holds(new Api(kube));
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Embedded {
    private EmbeddedServer server;
    private KubeApi kube;

    @BeforeAll
    void start() throws Exception {
      server = new EmbeddedServer(InetAddress.getLoopbackAddress(), 0);
      kube =
          KubeApi.open(
              new ConfigBuilder(Config.empty())
                  .withMasterUrl("http://127.0.0.1:" + server.port())
                  .build());
      Contract.prepare(new Api(kube));
    }

    @AfterAll
    void end() {
      kube.close();
      server.close();
      System.out.println("e2e: the embedded server does not: " + EMBEDDED_DOES_NOT);
    }

    @ParameterizedTest
    @EnumSource
    void holdsOrIsListed(Contract contract) throws Exception {
      if (!EMBEDDED_DOES_NOT.contains(contract)) {
        contract.holds(new Api(kube));
        return;
      }
      boolean held = true;
      try {
        contract.holds(new Api(kube));
      } catch (AssertionError | KubernetesClientException e) {
        held = false;
      }
      assertThat(held)
          .as("%s is listed as what the embedded server does not do", contract)
          .isFalse();
    }
  }
}
