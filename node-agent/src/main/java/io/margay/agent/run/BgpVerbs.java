package io.margay.agent.run;

import io.margay.agent.api.Answer;
import io.margay.agent.api.Request;
import io.margay.agent.view.BgpPeerRows;
import io.margay.agent.view.BgpRouteRows;
import io.margay.bgp.speaker.PeerKey;
import io.margay.bgp.speaker.Speaker;
import io.margay.bgp.view.Part;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.RouteView;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** The verbs about BGP, of every socket behind which there is a speaker. */
public final class BgpVerbs {
  private static final Answer NO_SPEAKER =
      new Answer.Refused("the BGP speaker is not running: the process starts or ends; ask again");
  private static final Answer BUSY =
      new Answer.Refused("the BGP speaker is busy and has not answered in 2 s; ask again");

  private final Supplier<Optional<Speaker>> speaker;

  public BgpVerbs(Supplier<Optional<Speaker>> speaker) {
    this.speaker = speaker;
  }

  /** By their names. */
  public Map<String, Function<Request, Answer>> all() {
    return Map.of(
        "bgp-summary", _ -> with(BgpVerbs::summary),
        "bgp-peers", _ -> with(BgpVerbs::peers),
        "bgp-peer", request -> withPeer(request, BgpVerbs::peer),
        "bgp-routes", request -> with(now -> routes(now, request)),
        "bgp-received", request -> withPeer(request, (now, peer) -> received(now, peer, request)),
        "bgp-advertised",
            request -> withPeer(request, (now, peer) -> advertised(now, peer, request)));
  }

  private Answer with(Function<Speaker, Answer> question) {
    return speaker.get().map(question).orElse(NO_SPEAKER);
  }

  /** Finds the peer by its name or address. */
  private Answer withPeer(Request request, BiFunction<Speaker, PeerView, Answer> question) {
    String word = request.argument("peer").orElse("");
    return with(now -> {
      Optional<List<PeerView>> all = Asked.soon(now.peers());
      if (all.isEmpty()) {
        return BUSY;
      }
      Optional<Ip> address = Ip.parse(word);
      List<PeerView> found =
          all.get().stream()
              .filter(p -> p.name().equals(word) || address.equals(Optional.of(p.address())))
              .toList();
      return switch (found.size()) {
        case 0 ->
            new Answer.Refused(
                "no peer is called \"%s\" or has that address; there are %s"
                    .formatted(word, names(all.get())));
        case 1 -> question.apply(now, found.getFirst());
        default ->
            new Answer.Refused(
                "several peers are at %s: ask for one of %s".formatted(word, names(found)));
      };
    });
  }

  private static String names(List<PeerView> peers) {
    return peers.isEmpty()
        ? "none"
        : String.join(", ", peers.stream().map(PeerView::name).limit(20).toList())
            + (peers.size() > 20 ? " and " + (peers.size() - 20) + " more" : "");
  }

  private static Answer summary(Speaker speaker) {
    Optional<SpeakerView> status = Asked.soon(speaker.status());
    Optional<List<PeerView>> peers = Asked.soon(speaker.peers());
    return status.isEmpty() || peers.isEmpty()
        ? BUSY
        : new Answer.Value(BgpPeerRows.summary(status.get(), peers.get(), Instant.now()));
  }

  private static Answer peers(Speaker speaker) {
    Instant now = Instant.now();
    return Asked.soon(speaker.peers())
        .<Answer>map(
            all -> new Answer.Value(all.stream().map(peer -> BgpPeerRows.row(peer, now)).toList()))
        .orElse(BUSY);
  }

  private static Answer peer(Speaker speaker, PeerView peer) {
    return new Answer.Value(BgpPeerRows.full(peer, Instant.now()));
  }

  private static Answer routes(Speaker speaker, Request request) {
    String text = request.argument("prefix").orElse("");
    Optional<Ip> address = Ip.parse(text);
    if (address.isPresent()) {
      return Asked.soon(speaker.towards(address.get()))
          .map(found -> found(found, "no prefix is known that holds " + text))
          .orElse(BUSY);
    }
    Optional<Prefix> prefix = Prefix.parse(text);
    if (prefix.isPresent() && request.argument("longer").isEmpty()) {
      Prefix exact = prefix.get();
      return Asked.soon(speaker.routes(exact, exact))
          .map(part ->
              found(
                  part.rows().stream().filter(row -> row.prefix().equals(exact)).toList(),
                  "nobody announces %s; ask for %s to see what holds that address, or add --longer"
                      .formatted(exact, exact.address())))
          .orElse(BUSY);
    }
    return inside(
        request, networks -> rows(new PartsWalk<>(networks, speaker::routes), BgpRouteRows::route));
  }

  private static Answer found(List<RouteView> routes, String otherwise) {
    return routes.isEmpty()
        ? new Answer.Refused(otherwise)
        : new Answer.Value(routes.stream().map(BgpRouteRows::route).toList());
  }

  private static Answer received(Speaker speaker, PeerView peer, Request request) {
    PeerKey key = new PeerKey(peer.address(), peer.port());
    return inside(
        request,
        networks ->
            rows(
                new PartsWalk<>(
                    networks,
                    (inside, from) ->
                        speaker.received(key, inside, from).thenApply(BgpVerbs::orEnd)),
                BgpRouteRows::received));
  }

  private static Answer advertised(Speaker speaker, PeerView peer, Request request) {
    PeerKey key = new PeerKey(peer.address(), peer.port());
    boolean all = request.argument("all").isPresent();
    return inside(
        request,
        networks ->
            rows(
                new PartsWalk<>(
                    networks,
                    (inside, from) ->
                        speaker
                            .advertised(key, inside, from)
                            .thenApply(BgpVerbs::orEnd)
                            .thenApply(part ->
                                new Part<>(
                                    part.rows().stream()
                                        .filter(row -> all || row.told().isPresent())
                                        .toList(),
                                    part.next()))),
                BgpRouteRows::advertised));
  }

  /** A peer that went while its routes were read has no more. */
  private static <T> Part<T> orEnd(Optional<Part<T>> part) {
    return part.orElse(new Part<>(List.of(), Optional.empty()));
  }

  private static Answer inside(Request request, Function<List<Prefix>, Answer> question) {
    Optional<String> text = request.argument("prefix");
    if (text.isEmpty()) {
      return question.apply(List.of(Prefix.ALL_IPV4, Prefix.ALL_IPV6));
    }
    return Prefix.parse(text.get())
        .map(prefix -> question.apply(List.of(prefix)))
        .orElse(
            new Answer.Refused(
                "\"%s\" is no IP address and no network such as 10.1.0.0/16"
                    .formatted(text.get())));
  }

  private static <T> Answer rows(Iterator<T> views, Function<T, Map<String, Object>> row) {
    return new Answer.Rows(
        new Iterator<Map<String, Object>>() {
          @Override
          public boolean hasNext() {
            return views.hasNext();
          }

          @Override
          public Map<String, Object> next() {
            return row.apply(views.next());
          }
        });
  }
}
