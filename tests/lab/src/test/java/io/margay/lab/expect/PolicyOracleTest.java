package io.margay.lab.expect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.foundation.addr.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyOracleTest {
  private static final Map<String, Map<String, String>> NAMESPACES =
      Map.of("a", Map.of("team", "red"), "b", Map.of("team", "blue"));
  private static final PodFacts WEB = pod("a", "web", "10.0.0.1");
  private static final PodFacts DB = pod("a", "db", "10.0.0.2");
  private static final PodFacts WEB_B = pod("b", "web", "10.0.1.1");

  private static PodFacts pod(String namespace, String app, String ip) {
    return new PodFacts(
        namespace, app, Map.of("app", app), Ip.of(ip), Map.of("TCP/http", 80, "UDP/dns", 53));
  }

  /** policies: specs of policies in namespace a. */
  record Case(
      String name,
      List<String> policies,
      PodFacts from,
      PodFacts to,
      String flow,
      boolean allowed) {}

  private static Case allowed(
      String name, PodFacts from, PodFacts to, String flow, String... policies) {
    return new Case(name, List.of(policies), from, to, flow, true);
  }

  private static Case denied(
      String name, PodFacts from, PodFacts to, String flow, String... policies) {
    return new Case(name, List.of(policies), from, to, flow, false);
  }

  private static String ingress(String rules) {
    return "{'podSelector':{'matchLabels':{'app':'db'}},'ingress':[" + rules + "]}";
  }

  private static String from(String peer) {
    return ingress("{'from':[" + peer + "]}");
  }

  private static String ports(String port) {
    return ingress("{'ports':[" + port + "]}");
  }

  static Stream<Case> isolation() {
    String all = "{'podSelector':{}}";
    String egress = "{'podSelector':{},'policyTypes':['Egress']}";
    return Stream.of(
        allowed("nobody is isolated without a policy", WEB, DB, "TCP/80"),
        denied("an empty selector selects all pods of its namespace", WEB, DB, "TCP/80", all),
        allowed("other namespaces are not touched", WEB, WEB_B, "TCP/80", all),
        allowed("nor is what the pod itself sends", DB, WEB_B, "TCP/80", all),
        denied("egress isolates the sender", WEB, WEB_B, "TCP/80", egress),
        allowed("and not the receiver", WEB_B, WEB, "TCP/80", egress),
        allowed("a pod reaches itself", WEB, WEB, "TCP/80", all, egress),
        allowed(
            "an empty egress list without types is ingress only",
            WEB,
            WEB_B,
            "TCP/80",
            "{'podSelector':{},'egress':[]}"),
        denied(
            "egress rules without types isolate both sides, in",
            WEB_B,
            WEB,
            "TCP/80",
            "{'podSelector':{},'egress':[{}]}"),
        allowed("an empty rule allows everything", WEB_B, DB, "TCP/80", ingress("{}")),
        allowed("policies only add", WEB, DB, "TCP/80", all, ingress("{}")),
        denied("both ends must agree", WEB, DB, "TCP/80", egress, ingress("{}")));
  }

  static Stream<Case> peers() {
    String app = "'podSelector':{'matchLabels':{'app':'web'}}";
    String blue = "'namespaceSelector':{'matchLabels':{'team':'blue'}}";
    return Stream.of(
        allowed("podSelector: of the same namespace", WEB, DB, "TCP/80", from("{" + app + "}")),
        denied("podSelector: not of another one", WEB_B, DB, "TCP/80", from("{" + app + "}")),
        allowed("namespaceSelector: all its pods", WEB_B, DB, "TCP/80", from("{" + blue + "}")),
        denied("namespaceSelector: nobody else", WEB, DB, "TCP/80", from("{" + blue + "}")),
        allowed(
            "an empty namespaceSelector is all",
            WEB_B,
            DB,
            "TCP/80",
            from("{'namespaceSelector':{}}")),
        allowed(
            "both: pods of these namespaces",
            WEB_B,
            DB,
            "TCP/80",
            from("{" + app + "," + blue + "}")),
        denied("both: not elsewhere", WEB, DB, "TCP/80", from("{" + app + "," + blue + "}")),
        allowed("two peers are ORed", WEB, DB, "TCP/80", from("{" + app + "},{" + blue + "}")),
        allowed("ipBlock", WEB_B, DB, "TCP/80", from("{'ipBlock':{'cidr':'10.0.1.0/24'}}")),
        denied("ipBlock, outside", WEB, DB, "TCP/80", from("{'ipBlock':{'cidr':'10.0.1.0/24'}}")),
        denied(
            "ipBlock, excepted",
            WEB_B,
            DB,
            "TCP/80",
            from("{'ipBlock':{'cidr':'10.0.0.0/8','except':['10.0.1.0/24']}}")),
        allowed(
            "expressions",
            WEB,
            DB,
            "TCP/80",
            from(
                "{'podSelector':{'matchExpressions':[{'key':'app','operator':'In','values':['x','web']},"
                    + "{'key':'gone','operator':'DoesNotExist'},{'key':'app','operator':'Exists'},"
                    + "{'key':'gone','operator':'NotIn','values':['web']}]}}")),
        denied(
            "all expressions must hold",
            WEB,
            DB,
            "TCP/80",
            from(
                "{'podSelector':{'matchExpressions':[{'key':'app','operator':'NotIn','values':['web']}]}}")));
  }

  static Stream<Case> portRules() {
    return Stream.of(
        allowed("a number", WEB, DB, "TCP/80", ports("{'port':80}")),
        denied("another number", WEB, DB, "TCP/81", ports("{'port':80}")),
        denied("TCP unless it says otherwise", WEB, DB, "UDP/80", ports("{'port':80}")),
        allowed("a protocol alone is all its ports", WEB, DB, "UDP/9", ports("{'protocol':'UDP'}")),
        allowed("a range, its end", WEB, DB, "TCP/90", ports("{'port':80,'endPort':90}")),
        denied("a range, behind it", WEB, DB, "TCP/91", ports("{'port':80,'endPort':90}")),
        allowed("a name of the receiver", WEB, DB, "TCP/80", ports("{'port':'http'}")),
        denied("a name stands for one port", WEB, DB, "TCP/81", ports("{'port':'http'}")),
        denied("a name of another protocol", WEB, DB, "TCP/53", ports("{'port':'dns'}")),
        allowed(
            "a name with its protocol",
            WEB,
            DB,
            "UDP/53",
            ports("{'port':'dns','protocol':'UDP'}")),
        denied(
            "peer and port are ANDed",
            WEB_B,
            DB,
            "TCP/80",
            ingress("{'from':[{'podSelector':{}}],'ports':[{'port':80}]}")),
        allowed(
            "an egress name is the receiver's",
            WEB,
            WEB_B,
            "TCP/80",
            "{'podSelector':{},'policyTypes':['Egress'],'egress':[{'ports':[{'port':'http'}]}]}"));
  }

  @ParameterizedTest
  @MethodSource({"isolation", "peers", "portRules"})
  void follows(Case c) throws Exception {
    var policies = new ArrayList<JsonNode>();
    for (String spec : c.policies()) {
      policies.add(
          new ObjectMapper()
              .readTree(
                  ("{'metadata':{'namespace':'a','name':'p"
                          + policies.size()
                          + "'},'spec':"
                          + spec
                          + "}")
                      .replace('\'', '"')));
    }
    String[] flow = c.flow().split("/", -1);
    Expected verdict =
        new PolicyOracle(policies, NAMESPACES)
            .verdict(c.from(), c.to(), flow[0], Integer.parseInt(flow[1]));
    assertThat(verdict.allowed()).as(c.name() + ": " + verdict.why()).isEqualTo(c.allowed());
  }

  @Test
  void theReasonNamesThePolicy() throws Exception {
    JsonNode policy =
        new ObjectMapper()
            .readTree(
                "{\"metadata\":{\"namespace\":\"a\",\"name\":\"deny\"},\"spec\":{\"podSelector\":{}}}");
    assertThat(new PolicyOracle(List.of(policy), NAMESPACES).verdict(WEB, DB, "TCP", 80).why())
        .isEqualTo("ingress isolated by a/deny");
  }
}
