package io.margay.agent.bird;

import io.margay.bgp.view.RouteView;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers commands as BIRD 1.6 does. A command may be as short as it is clear, as in birdc. */
public final class BirdCommands {
  /** Where the answers come from. */
  public interface Source {
    /** The speaker now. */
    BirdState state();

    /** Routes inside a network, with all their paths, in order; read once. */
    Iterator<RouteView> routes(Prefix inside);

    /** What holds an address: the longest prefix first, up to the first that is used. */
    List<RouteView> towards(Ip address);
  }

  private final String version;
  private final Source source;

  /**
   * Commands over a speaker.
   *
   * @param version as the greeting tells it, without the {@code v}
   */
  public BirdCommands(String version, Source source) {
    this.version = version;
    this.source = source;
  }

  /** What a new connection is told. */
  public void greeting(Consumer<String> out) {
    new BirdReply(out).end(1, "BIRD v" + version + " ready.");
  }

  /** Writes the reply to a line, in pieces that end with line feeds. */
  public void answer(String line, Consumer<String> out) {
    var reply = new BirdReply(out);
    var words = new ArrayDeque<>(List.of(line.strip().split("\\s+")));
    String verb = words.pop().toLowerCase(Locale.ROOT);
    if (is(verb, "show", 1)) {
      show(words, reply);
    } else if (is(verb, "configure", 1)) {
      // The objects of the cluster are its configuration, and are always read.
      reply.line(2, "Reading configuration from the cluster's objects").end(3, "Reconfigured");
    } else if (is(verb, "restrict", 4)) {
      reply.end(16, "Access restricted");
    } else if (verb.equals("down") || is(verb, "disable", 3) || is(verb, "restart", 4)) {
      reply.end(8007, "Access denied");
    } else {
      syntaxError(verb, reply);
    }
  }

  private void show(Deque<String> words, BirdReply reply) {
    String what = next(words);
    if (is(what, "status", 1)) {
      status(source.state(), reply);
    } else if (is(what, "protocols", 1)) {
      if (is(words.isEmpty() ? "" : words.peek(), "all", 1)) {
        words.pop();
        Optional<String> name = Optional.ofNullable(words.poll()).map(BirdCommands::unquoted);
        BirdProtocols.details(source.state(), name, reply);
      } else {
        BirdProtocols.table(source.state(), reply);
      }
    } else if (is(what, "route", 1)) {
      route(words, reply);
    } else {
      syntaxError(what, reply);
    }
  }

  private void status(BirdState state, BirdReply reply) {
    reply
        .line(1000, "BIRD v" + version)
        .line(1011, "Router ID is " + state.routerId())
        .line(1011, "Current server time is " + state.full(state.now()))
        .line(1011, "Last reboot on " + state.full(state.started()))
        .line(1011, "Last reconfiguration on " + state.full(state.configured()));
    if (state.recovering()) {
      reply
          .line(24, "Graceful restart recovery in progress")
          .line(24, "  Waiting for %d protocols to recover".formatted(state.waitingFor().size()));
    }
    reply.end(13, "Daemon is up and running");
  }

  private void route(Deque<String> words, BirdReply reply) {
    BirdState state = source.state();
    var question = new Question();
    while (!words.isEmpty()) {
      String word = words.pop();
      if (!question.take(word, words)) {
        syntaxError(word, reply);
        return;
      }
    }
    Iterator<RouteView> routes = routes(question, state);
    if (question.count) {
      BirdRoutes.count(routes, reply);
    } else {
      new BirdRoutes(state).table(routes, question.protocol, question.bestOnly, reply);
    }
  }

  private Iterator<RouteView> routes(Question question, BirdState state) {
    Family family = state.family();
    if (question.destination.isPresent()) {
      Ip destination = question.destination.get();
      return destination.family() == family
          ? source.towards(destination).stream().filter(BirdRoutes::isShown).limit(1).iterator()
          : Collections.emptyIterator();
    }
    if (question.prefix.isPresent()) {
      Prefix exact = question.prefix.get();
      Iterator<RouteView> inside = source.routes(exact);
      boolean there = exact.family() == family && inside.hasNext();
      RouteView first = there ? inside.next() : null;
      return first != null && first.prefix().equals(exact)
          ? List.of(first).iterator()
          : Collections.emptyIterator();
    }
    return source.routes(family == Family.IPV4 ? Prefix.ALL_IPV4 : Prefix.ALL_IPV6);
  }

  /** What may stand behind {@code show route}, in any order. */
  private static final class Question {
    private Optional<Prefix> prefix = Optional.empty();
    private Optional<Ip> destination = Optional.empty();
    private Optional<String> protocol = Optional.empty();
    private boolean bestOnly;
    private boolean count;

    /** Takes a word with what belongs to it; false when it cannot stand here. */
    boolean take(String word, Deque<String> more) {
      if (is(word, "primary", 4)) {
        bestOnly = true;
      } else if (is(word, "count", 1)) {
        count = true;
      } else if (is(word, "protocol", 4)) {
        protocol = Optional.of(unquoted(next(more)));
      } else if (is(word, "for", 1)) {
        String text = next(more);
        destination = Ip.parse(text).or(() -> Prefix.parse(text).map(Prefix::address));
        return destination.isPresent();
      } else if (!is(word, "all", 1)) { // attributes are margayctl's to show
        prefix = Prefix.parse(word);
        return prefix.isPresent();
      }
      return true;
    }
  }

  private static String next(Deque<String> words) {
    return words.isEmpty() ? "" : words.pop();
  }

  private static String unquoted(String word) {
    return word.replace("\"", "");
  }

  /** True for the word, or a beginning of it that has at least so many letters. */
  private static boolean is(String word, String full, int least) {
    return word.length() >= least && full.startsWith(word.toLowerCase(Locale.ROOT));
  }

  private static void syntaxError(String word, BirdReply reply) {
    String found = word.isEmpty() ? "end of line" : '"' + word + '"';
    reply.end(9001, "syntax error, unexpected " + found);
  }
}
