package io.margay.e2e;

import static io.margay.e2e.Api.APPLY;
import static io.margay.e2e.Api.MERGE;
import static io.margay.e2e.Api.STRATEGIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.kube.types.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a client may rely on, as cases for any server. Each makes objects of names of its own, and
 * runs once on a server.
 */
enum Contract {
  LIST_COMES_IN_PAGES {
    @Override
    void holds(Api api) throws Exception {
      for (String name : List.of("page-a", "page-b", "page-c")) {
        api.post(POOLS, pool(name, "pages")).done();
      }
      String select = "?labelSelector=case%3Dpages&limit=2";
      var first = api.get(POOLS + select).done();
      assertThat(first.names()).containsExactly("page-a", "page-b");
      String next = first.at("/metadata/continue").asText();
      var second = api.get(POOLS + select + "&continue=" + next).done();
      assertThat(second.names()).containsExactly("page-c");
      assertThat(second.at("/metadata/continue").asText()).isEmpty();
    }
  },
  LIST_SELECTS_BY_LABEL_AND_FIELD {
    @Override
    void holds(Api api) throws Exception {
      api.post(POOLS, pool("selected", "select")).done();
      api.post(POOLS, pool("unselected", "other")).done();
      assertThat(api.get(POOLS + "?labelSelector=case%3Dselect").done().names())
          .containsExactly("selected");
      assertThat(api.get(POOLS + "?fieldSelector=metadata.name%3Dunselected").done().names())
          .containsExactly("unselected");
    }
  },
  PODS_ARE_SELECTED_BY_NODE {
    @Override
    void holds(Api api) throws Exception {
      pod(api, "on-west", "west");
      pod(api, "nowhere", "");
      String all = "/api/v1/pods?fieldSelector=spec.nodeName%3Dwest";
      assertThat(api.get(all).done().names()).containsExactly("on-west");
    }
  },
  WATCH_TELLS_IN_ORDER {
    @Override
    void holds(Api api) throws Exception {
      String version = api.get(RESERVATIONS).done().version();
      try (var tap = WatchTap.after(api.kube(), Kind.IP_RESERVATION, version)) {
        var made = api.post(RESERVATIONS, reservation("ordered")).done();
        api.put(RESERVATIONS + "/ordered", with(made, "/spec", "reservedCIDRs: [10.9.0.1]")).done();
        api.delete(RESERVATIONS + "/ordered", "").done();
        assertThat(List.of(tap.next(), tap.next(), tap.next()))
            .containsExactly("ADDED ordered", "MODIFIED ordered", "DELETED ordered");
      }
    }
  },
  WATCH_GOES_ON_WHERE_IT_WAS_WITH_THE_DELETES_IN_BETWEEN {
    @Override
    void holds(Api api) throws Exception {
      api.post(FILTERS, filter("there-before")).done();
      String version = api.post(FILTERS, filter("goes")).done().version();
      api.delete(FILTERS + "/goes", "").done();
      api.post(FILTERS, filter("comes")).done();
      try (var tap = WatchTap.after(api.kube(), Kind.BGP_FILTER, version)) {
        assertThat(List.of(tap.next(), tap.next())).containsExactly("DELETED goes", "ADDED comes");
      }
    }
  },
  WATCH_FROM_BEFORE_ALL_THAT_IS_REMEMBERED_IS_GONE {
    @Override
    void holds(Api api) throws Exception {
      api.post(PEERS, peer("old")).done();
      try (var tap = WatchTap.after(api.kube(), Kind.BGP_PEER, "1")) {
        assertThat(tap.next()).isEqualTo("GONE");
      }
    }
  },
  WATCH_STREAMS_WHAT_THERE_IS_AND_SAYS_WHERE_IT_ENDS {
    @Override
    void holds(Api api) throws Exception {
      api.post(AFFINITIES, affinity("streamed")).done();
      try (var tap = WatchTap.streaming(api.kube(), Kind.BLOCK_AFFINITY)) {
        assertThat(List.of(tap.next(), tap.next())).containsExactly("ADDED streamed", "BOOKMARK");
      }
    }
  },
  NAME_IS_TAKEN_ONCE {
    @Override
    void holds(Api api) throws Exception {
      api.post(POOLS, pool("once", "once")).done();
      assertThat(api.post(POOLS, pool("once", "once")).code()).isEqualTo(409);
    }
  },
  PUT_OF_AN_OLD_VERSION_IS_A_CONFLICT {
    @Override
    void holds(Api api) throws Exception {
      var old = api.post(POOLS, pool("put", "put")).done();
      api.put(POOLS + "/put", with(old, "/spec", "cidr: 10.8.0.0/16, disabled: true")).done();
      var late = api.put(POOLS + "/put", with(old, "/spec", "cidr: 10.8.0.0/16"));
      assertThat(late.code()).isEqualTo(409);
    }
  },
  REFUSALS_SAY_WHICH_CONFLICT_IT_IS {
    @Override
    void holds(Api api) throws Exception {
      var old = api.post(POOLS, pool("reason", "put")).done();
      var again = api.post(POOLS, pool("reason", "put"));
      assertThat(again.at("/reason").asText()).isEqualTo("AlreadyExists");
      api.put(POOLS + "/reason", with(old, "/spec", "cidr: 10.8.0.0/16, disabled: true")).done();
      var late = api.put(POOLS + "/reason", with(old, "/spec", "cidr: 10.8.0.0/16"));
      assertThat(late.at("/reason").asText()).isEqualTo("Conflict");
    }
  },
  PUT_OF_A_CUSTOM_OBJECT_NAMES_A_VERSION {
    @Override
    void holds(Api api) throws Exception {
      api.post(POOLS, pool("versionless", "put")).done();
      var unnamed = api.put(POOLS + "/versionless", Api.json(pool("versionless", "put")));
      assertThat(unnamed.code()).isEqualTo(422);
    }
  },
  PUT_OF_WHAT_IS_NOT_THERE_IS_NOT_FOUND {
    @Override
    void holds(Api api) throws Exception {
      var made = api.post(POOLS, pool("leaves", "put")).done();
      api.delete(POOLS + "/leaves", "").done();
      assertThat(api.put(POOLS + "/leaves", made.copy()).code()).isIn(404, 409);
    }
  },
  EQUAL_PUT_IS_NO_NEW_VERSION {
    @Override
    void holds(Api api) throws Exception {
      var made = api.post(POOLS, pool("equal", "put")).done();
      assertThat(api.put(POOLS + "/equal", made.copy()).done().version()).isEqualTo(made.version());
    }
  },
  GENERATION_COUNTS_CHANGES_OF_THE_SPEC {
    @Override
    void holds(Api api) throws Exception {
      api.post(POOLS, pool("counted", "put")).done();
      var labelled = api.patch(POOLS + "/counted", MERGE, "metadata: {labels: {a: b}}").done();
      assertThat(labelled.at("/metadata/generation").asInt()).isEqualTo(1);
      var changed = api.patch(POOLS + "/counted", MERGE, "spec: {disabled: true}").done();
      assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(2);
    }
  },
  DELETE_ASKS_THE_UID {
    @Override
    void holds(Api api) throws Exception {
      var made = api.post(POOLS, pool("by-uid", "delete")).done();
      String other = "preconditions: {uid: 00000000-0000-0000-0000-000000000000}";
      assertThat(api.delete(POOLS + "/by-uid", other).code()).isEqualTo(409);
      api.delete(POOLS + "/by-uid", "preconditions: {uid: %s}".formatted(made.uid())).done();
      assertThat(api.get(POOLS + "/by-uid").code()).isEqualTo(404);
    }
  },
  DELETE_ASKS_THE_VERSION {
    @Override
    void holds(Api api) throws Exception {
      var made = api.post(POOLS, pool("by-version", "delete")).done();
      String old = "preconditions: {resourceVersion: \"%s\"}".formatted(made.version());
      var now = api.patch(POOLS + "/by-version", MERGE, "spec: {disabled: true}").done();
      assertThat(api.delete(POOLS + "/by-version", old).code()).isEqualTo(409);
      String current = "preconditions: {resourceVersion: \"%s\"}".formatted(now.version());
      api.delete(POOLS + "/by-version", current).done();
      assertThat(api.get(POOLS + "/by-version").code()).isEqualTo(404);
    }
  },
  NEXT_OF_THE_SAME_NAME_IS_ANOTHER {
    @Override
    void holds(Api api) throws Exception {
      var first = api.post(POOLS, pool("again", "delete")).done();
      api.delete(POOLS + "/again", "").done();
      var second = api.post(POOLS, pool("again", "delete")).done();
      assertThat(second.uid()).isNotEmpty().isNotEqualTo(first.uid());
    }
  },
  FINALIZER_HOLDS_A_DELETED_OBJECT {
    @Override
    void holds(Api api) throws Exception {
      api.post(POOLS, pool("held", "delete")).done();
      api.patch(POOLS + "/held", MERGE, "metadata: {finalizers: [margay.io/test]}").done();
      api.delete(POOLS + "/held", "").done();
      var held = api.get(POOLS + "/held").done();
      assertThat(held.at("/metadata/deletionTimestamp").asText()).isNotEmpty();
      api.patch(POOLS + "/held", MERGE, "metadata: {finalizers: null}").done();
      assertThat(api.get(POOLS + "/held").code()).isEqualTo(404);
    }
  },
  RUNNING_POD_GOES_WITHOUT_GRACE_ONLY {
    @Override
    void holds(Api api) throws Exception {
      pod(api, "graceful", "west");
      String path = PODS + "/graceful";
      api.delete(path, "gracePeriodSeconds: 30").done();
      assertThat(api.get(path).done().at("/metadata/deletionTimestamp").asText()).isNotEmpty();
      api.delete(path, "gracePeriodSeconds: 0").done();
      assertThat(api.get(path).code()).isEqualTo(404);
    }
  },
  NODE_STATUS_WRITE_CARRIES_ANNOTATIONS_AND_NO_SPEC {
    @Override
    void holds(Api api) throws Exception {
      api.post(NODES, node("annotated")).done();
      var written =
          change(
              api,
              NODES + "/annotated",
              "/status",
              node -> {
                node.set("spec", Api.json("unschedulable: true"));
                ((ObjectNode) node.at("/metadata")).set("annotations", Api.json("a: b"));
              });
      assertThat(written.at("/metadata/annotations/a").asText()).isEqualTo("b");
      assertThat(written.at("/spec/unschedulable").asBoolean()).isFalse();
    }
  },
  NODE_STATUS_WRITE_OF_AN_OLD_VERSION_IS_A_CONFLICT {
    @Override
    void holds(Api api) throws Exception {
      var made = api.post(NODES, node("raced")).done();
      api.patch(NODES + "/raced/status", STRATEGIC, "metadata: {annotations: {a: b}}").done();
      assertThat(api.put(NODES + "/raced/status", made.copy()).code()).isEqualTo(409);
    }
  },
  CONDITIONS_ARE_MERGED_BY_THEIR_TYPE {
    @Override
    void holds(Api api) throws Exception {
      api.post(NODES, node("conditions")).done();
      api.patch(NODES + "/conditions/status", STRATEGIC, condition("Ready", "True")).done();
      api.patch(NODES + "/conditions/status", STRATEGIC, condition("NetworkUnavailable", "True"))
          .done();
      var both =
          api.patch(
                  NODES + "/conditions/status", STRATEGIC, condition("NetworkUnavailable", "False"))
              .done();
      var told = new ArrayList<String>();
      both.at("/status/conditions")
          .forEach(each -> told.add(each.path("type").asText() + each.path("status").asText()));
      assertThat(told).containsExactlyInAnyOrder("ReadyTrue", "NetworkUnavailableFalse");
    }
  },
  POD_STATUS_PATCH_CARRIES_ANNOTATIONS {
    @Override
    void holds(Api api) throws Exception {
      pod(api, "addressed", "west");
      String patch = "metadata: {annotations: {cni.projectcalico.org/podIP: 10.0.0.1/32}}";
      var done = api.patch(PODS + "/addressed/status", STRATEGIC, patch).done();
      assertThat(done.at("/metadata/annotations/cni.projectcalico.org~1podIP").asText())
          .isEqualTo("10.0.0.1/32");
    }
  },
  PATCH_OF_AN_OTHER_UID_IS_INVALID {
    @Override
    void holds(Api api) throws Exception {
      pod(api, "replaced", "west");
      String patch = "metadata: {uid: 00000000-0000-0000-0000-000000000000, annotations: {a: b}}";
      assertThat(api.patch(PODS + "/replaced/status", STRATEGIC, patch).code()).isEqualTo(422);
    }
  },
  STATUS_IN_A_PLAIN_WRITE_IS_LEFT_OUT {
    @Override
    void holds(Api api) throws Exception {
      api.post(NODES, node("plain")).done();
      var written =
          change(api, NODES + "/plain", "", node -> node.set("status", Api.json("phase: Running")));
      assertThat(written.at("/status/phase").isMissingNode()).isTrue();
    }
  },
  KIND_WITHOUT_STATUS_SUBRESOURCE_KEEPS_ITS_STATUS {
    @Override
    void holds(Api api) throws Exception {
      String path = "/apis/crd.projectcalico.org/v1/caliconodestatuses";
      String made =
          """
          {apiVersion: crd.projectcalico.org/v1, kind: CalicoNodeStatus, metadata: {name: shown},
           spec: {node: east, updatePeriodSeconds: 10}, status: {lastUpdated: "2026-01-01T00:00:00Z"}}
          """;
      assertThat(api.post(path, made).done().at("/status/lastUpdated").asText()).isNotEmpty();
    }
  },
  MERGE_PATCH_REMOVES_WHAT_IS_NULL {
    @Override
    void holds(Api api) throws Exception {
      api.post(POOLS, pool("merged", "patch")).done();
      var patched =
          api.patch(POOLS + "/merged", MERGE, "metadata: {labels: {case: null, x: y}}").done();
      assertThat(patched.at("/metadata/labels")).isEqualTo(Api.json("{x: y}"));
    }
  },
  SERVER_SIDE_APPLY {
    @Override
    void holds(Api api) throws Exception {
      String applied = POOLS + "/applied?fieldManager=test";
      assertThat(api.patch(applied, APPLY, pool("applied", "patch")).code()).isEqualTo(201);
    }
  },
  UNKNOWN_MEMBERS_OUTSIDE_OF_THE_SPEC_ARE_PRUNED {
    @Override
    void holds(Api api) throws Exception {
      String made =
          """
          {apiVersion: crd.projectcalico.org/v1, kind: IPAMHandle, metadata: {name: pruned},
           spec: {handleID: pruned, block: {10.0.0.0/26: 1}, newer: true}, nobodyKnowsThis: true}
          """;
      var stored = api.post(CALICO + "ipamhandles", made).done();
      assertThat(stored.at("/nobodyKnowsThis").isMissingNode()).isTrue();
      // Our CRDs keep what a newer Calico may say (docs/decisions/0033).
      assertThat(stored.at("/spec/newer").asBoolean()).isTrue();
    }
  },
  REQUIRED_FIELDS_ARE_ASKED_FOR {
    @Override
    void holds(Api api) throws Exception {
      String made =
          """
          {apiVersion: crd.projectcalico.org/v1, kind: IPPool, metadata: {name: without}, spec: {}}
          """;
      assertThat(api.post(POOLS, made).code()).isEqualTo(422);
    }
  },
  DEFAULTS_ARE_FILLED_IN {
    @Override
    void holds(Api api) throws Exception {
      var stored = api.post(POOLS, pool("defaulted", "schema")).done();
      assertThat(stored.at("/spec/assignmentMode").asText()).isEqualTo("Automatic");
    }
  },
  NAMES_ARE_CHECKED {
    @Override
    void holds(Api api) throws Exception {
      assertThat(api.post(POOLS, pool("Capital", "schema")).code()).isEqualTo(422);
    }
  },
  NOTHING_IS_MADE_IN_A_NAMESPACE_THAT_IS_NOT {
    @Override
    void holds(Api api) throws Exception {
      String account = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: nobody}}";
      assertThat(api.post("/api/v1/namespaces/nowhere/serviceaccounts", account).code())
          .isEqualTo(404);
    }
  },
  NAMESPACE_TAKES_WHAT_IS_IN_IT_ALONG {
    @Override
    void holds(Api api) throws Exception {
      api.post("/api/v1/namespaces", "{kind: Namespace, apiVersion: v1, metadata: {name: doomed}}")
          .done();
      String accounts = "/api/v1/namespaces/doomed/serviceaccounts";
      api.post(accounts, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: inside}}").done();
      api.delete("/api/v1/namespaces/doomed", "").done();
      Wait.until(
          "the namespace has gone", () -> api.get("/api/v1/namespaces/doomed").code() == 404);
      assertThat(api.get(accounts + "/inside").code()).isEqualTo(404);
    }
  };

  private static final String CALICO = "/apis/crd.projectcalico.org/v1/";
  private static final String POOLS = CALICO + "ippools";
  private static final String RESERVATIONS = CALICO + "ipreservations";
  private static final String FILTERS = CALICO + "bgpfilters";
  private static final String PEERS = CALICO + "bgppeers";
  private static final String AFFINITIES = CALICO + "blockaffinities";
  private static final String NODES = "/api/v1/nodes";
  private static final String PODS = "/api/v1/namespaces/default/pods";

  /** Fails when the server does not do it. */
  abstract void holds(Api api) throws Exception;

  /** What all cases need to be there. */
  static void prepare(Api api) throws Exception {
    String namespace = "{kind: Namespace, apiVersion: v1, metadata: {name: default}}";
    assertThat(api.post("/api/v1/namespaces", namespace).code()).isIn(201, 200, 202, 409);
    String account = "{kind: ServiceAccount, apiVersion: v1, metadata: {name: default}}";
    assertThat(api.post("/api/v1/namespaces/default/serviceaccounts", account).code())
        .isIn(201, 200, 202, 409);
  }

  private static String pool(String name, String label) {
    return """
    {apiVersion: crd.projectcalico.org/v1, kind: IPPool,
     metadata: {name: %s, labels: {case: %s}}, spec: {cidr: 10.8.0.0/16}}
    """
        .formatted(name, label);
  }

  private static String reservation(String name) {
    return """
    {apiVersion: crd.projectcalico.org/v1, kind: IPReservation, metadata: {name: %s},
     spec: {reservedCIDRs: [10.9.0.0/30]}}
    """
        .formatted(name);
  }

  private static String filter(String name) {
    return "{apiVersion: crd.projectcalico.org/v1, kind: BGPFilter, metadata: {name: %s}, spec: {}}"
        .formatted(name);
  }

  private static String peer(String name) {
    return """
    {apiVersion: crd.projectcalico.org/v1, kind: BGPPeer, metadata: {name: %s},
     spec: {peerIP: 192.0.2.1, asNumber: 64512}}
    """
        .formatted(name);
  }

  private static String affinity(String name) {
    return """
    {apiVersion: crd.projectcalico.org/v1, kind: BlockAffinity, metadata: {name: %s},
     spec: {cidr: 10.8.0.0/26, deleted: "false", node: east, state: confirmed}}
    """
        .formatted(name);
  }

  private static String node(String name) {
    return "{apiVersion: v1, kind: Node, metadata: {name: %s}}".formatted(name);
  }

  private static String condition(String type, String status) {
    return "status: {conditions: [{type: %s, status: \"%s\"}]}".formatted(type, status);
  }

  private static void pod(Api api, String name, String node) throws Exception {
    api.post(
            PODS,
            """
            {apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {nodeName: "%s",
             containers: [{name: c, image: none}]}}
            """
                .formatted(name, node))
        .done();
  }

  /** The object of an answer with a member replaced. */
  private static ObjectNode with(Api.Answer answer, String member, String yaml) {
    ObjectNode object = answer.copy();
    object.set(member.substring(1), Api.json("{" + yaml + "}"));
    return object;
  }

  /** Reads, edits and writes until nobody else was faster: controllers write nodes, too. */
  private static Api.Answer change(
      Api api, String path, String subresource, Consumer<ObjectNode> edit) throws Exception {
    Api.Answer answer;
    do {
      ObjectNode object = api.get(path).done().copy();
      edit.accept(object);
      answer = api.put(path + subresource, object);
    } while (answer.code() == 409);
    return answer.done();
  }
}
