package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.api.Answer;
import io.margay.agent.api.Request;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.PeerTimers;
import io.margay.bgp.speaker.Reach;
import io.margay.bgp.speaker.SessionChange;
import io.margay.bgp.speaker.Speaker;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.bgp.speaker.SpeakerListener;
import io.margay.bgp.speaker.SpeakerSettings;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verbs about BGP over a real speaker whose peers never come: they only wait for a call. */
@Timeout(60)
class BgpVerbsTest {
  private final CountDownLatch decided = new CountDownLatch(1);
  private Speaker speaker;

  @BeforeEach
  void start() throws InterruptedException {
    speaker = Speaker.start(SpeakerSettings.fresh(1), new Listener());
    var routes = new HashMap<Prefix, LocalRoute>();
    IntStream.range(0, 1200)
        .mapToObj(i -> Prefix.of("10." + i / 200 + "." + i % 200 + ".0/24"))
        .forEach(prefix -> routes.put(prefix, LocalRoute.of(prefix, LocalRoute.Kind.BLOCK)));
    Prefix six = Prefix.of("fd00:1::/122");
    routes.put(six, LocalRoute.on(six, LocalRoute.Kind.WORKLOAD, "cali1"));
    speaker.originate(routes);
    speaker.configure(
        new SpeakerConfig(
            Ip4.of("10.0.0.1"),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(peer("Node_10_0_0_2", "10.0.0.2", 179), peer("twin", "10.0.0.2", 1179))));
    assertThat(decided.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @AfterEach
  void stop() {
    speaker.close();
  }

  private static PeerConfig peer(String name, String address, int port) {
    var link =
        new PeerConfig.Link(
            Ip.of(address),
            port,
            Optional.empty(),
            64512,
            64513,
            true,
            Set.of(Family.IPV4),
            new PeerTimers(
                Duration.ofSeconds(90),
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(120)),
            new Reach.Multihop(),
            Optional.empty());
    return new PeerConfig(name, PeerKind.NODE, link, PeerConfig.Routing.OPEN);
  }

  private Answer ask(String verb, String... arguments) {
    var all = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i += 2) {
      all.put(arguments[i], arguments[i + 1]);
    }
    return new BgpVerbs(() -> Optional.of(speaker)).all().get(verb).apply(new Request(verb, all));
  }

  private static List<Map<?, ?>> rows(Answer answer) {
    var rows = new ArrayList<Map<?, ?>>();
    switch (answer) {
      case Answer.Rows(var each) -> each.forEachRemaining(row -> rows.add((Map<?, ?>) row));
      case Answer.Value(Object value) ->
          ((List<?>) value).forEach(row -> rows.add((Map<?, ?>) row));
      case Answer.Refused(String why) -> throw new AssertionError(why);
    }
    return rows;
  }

  private static String refusal(Answer answer) {
    return answer instanceof Answer.Refused(String why) ? why : "answered";
  }

  @Test
  void theWholeTableHasBothFamiliesInOrder() {
    List<Map<?, ?>> all = rows(ask("bgp-routes"));
    assertThat(all).hasSize(1201);
    assertThat(all.getFirst().get("prefix")).isEqualTo("10.0.0.0/24");
    assertThat(all.getLast())
        .hasToString(
            "{prefix=fd00:1::/122, used=true, paths=[{peer=local, kind=workload, interface=cali1,"
                + " state=best, reason=ONLY_PATH, why=the only path that can be used, stale=false,"
                + " attributes={asPath=, origin=IGP}}]}");
  }

  @ParameterizedTest
  @CsvSource({
    "10.3.0.0/24,  , 10.3.0.0/24, 1",
    "10.3.7.9,     , 10.3.7.0/24, 1",
    "10.3.0.0/16, 1, 10.3.0.0/24, 200",
    "fd00:1::3f,   , fd00:1::/122, 1"
  })
  void aPrefixIsExactAnAddressTheLongestMatchAndLongerAllInside(
      String prefix, String longer, String first, int count) {
    Answer answer =
        longer == null
            ? ask("bgp-routes", "prefix", prefix)
            : ask("bgp-routes", "prefix", prefix, "longer", longer);
    List<Map<?, ?>> found = rows(answer);
    assertThat(found).hasSize(count);
    assertThat(found.getFirst().get("prefix")).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bgp-routes   | prefix | 10.3.0.0/16 | nobody announces 10.3.0.0/16; ask for 10.3.0.0 to see what holds that address, or add --longer
          bgp-routes   | prefix | 192.0.2.1   | no prefix is known that holds 192.0.2.1
          bgp-routes   | prefix | tomorrow    | "tomorrow" is no IP address and no network such as 10.1.0.0/16
          bgp-peer     | peer   | 10.0.0.9    | no peer is called "10.0.0.9" or has that address; there are Node_10_0_0_2, twin
          bgp-received | peer   | 10.0.0.2    | several peers are at 10.0.0.2: ask for one of Node_10_0_0_2, twin
          """)
  void whatCannotBeAnsweredSaysWhy(String verb, String name, String value, String why) {
    assertThat(refusal(ask(verb, name, value))).isEqualTo(why);
  }

  @Test
  void aPeerThatNeverCameHasNoRoutes() {
    assertThat(rows(ask("bgp-received", "peer", "twin"))).isEmpty();
    assertThat(rows(ask("bgp-advertised", "peer", "Node_10_0_0_2", "all", "1"))).isEmpty();
    assertThat(rows(ask("bgp-peers")).stream().map(row -> (Object) row.get("name")))
        .containsExactly("Node_10_0_0_2", "twin");
  }

  @Test
  void theSummaryTellsOfTheSpeaker() {
    assertThat(ask("bgp-summary").toString())
        .contains("routerId=10.0.0.1", "prefixes=1201", "recovering=false", "name=twin");
    assertThat(ask("bgp-peer", "peer", "twin").toString())
        .contains("state=Active", "passive=true", "steps=[{");
  }

  @Test
  void noSpeakerAndAClosedOneAreSaid() {
    Map<String, String> none = Map.of();
    assertThat(
            refusal(
                new BgpVerbs(Optional::empty)
                    .all()
                    .get("bgp-peers")
                    .apply(new Request("bgp-peers", none))))
        .startsWith("the BGP speaker is not running");
  }

  private final class Listener implements SpeakerListener {
    @Override
    public void bestChanged(List<BestChange> changes) {}

    @Override
    public void sessionChanged(SessionChange change) {}

    /** Behind the first decision about all routes. */
    @Override
    public void recovered(Recovered why) {
      decided.countDown();
    }
  }
}
