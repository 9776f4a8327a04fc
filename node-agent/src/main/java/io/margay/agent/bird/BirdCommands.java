package io.margay.agent.bird;

import io.margay.bgp.view.RouteView;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Answers commands as BIRD 1.6 does. A command may be as short as it is clear, as in birdc. */
public final class BirdCommands {
  /** Where the answers come from. */
  public interface Source {
    /** The speaker now. */
    BirdState state();

    /** Routes of these prefixes, with all their paths. */
    List<RouteView> routes(Predicate<Prefix> wanted);
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
  public String greeting() {
    return new BirdReply().end(1, "BIRD v" + version + " ready.");
  }

  /** The reply to a line; each ends with a line feed. */
  public String answer(String line) {
    var words = new ArrayDeque<>(List.of(line.strip().split("\\s+")));
    String verb = words.pop().toLowerCase(Locale.ROOT);
    if (is(verb, "show", 1)) {
      return show(words);
    }
    if (is(verb, "configure", 1)) {
      // The objects of the cluster are its configuration, and are always read.
      return new BirdReply()
          .line(2, "Reading configuration from the cluster's objects")
          .end(3, "Reconfigured");
    }
    if (is(verb, "restrict", 4)) {
      return new BirdReply().end(16, "Access restricted");
    }
    if (verb.equals("down") || is(verb, "disable", 3) || is(verb, "restart", 4)) {
      return new BirdReply().end(8007, "Access denied");
    }
    return syntaxError(verb);
  }

  private String show(Deque<String> words) {
    String what = next(words);
    if (is(what, "status", 1)) {
      return status(source.state());
    }
    if (is(what, "protocols", 1)) {
      if (is(words.isEmpty() ? "" : words.peek(), "all", 1)) {
        words.pop();
        return BirdProtocols.details(
            source.state(), Optional.ofNullable(words.poll()).map(BirdCommands::unquoted));
      }
      return BirdProtocols.table(source.state());
    }
    if (is(what, "route", 1)) {
      return route(words);
    }
    return syntaxError(what);
  }

  private String status(BirdState state) {
    var reply =
        new BirdReply()
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
    return reply.end(13, "Daemon is up and running");
  }

  private String route(Deque<String> words) {
    BirdState state = source.state();
    var question = new Question();
    while (!words.isEmpty()) {
      String word = words.pop();
      if (!question.take(word, words)) {
        return syntaxError(word);
      }
    }
    List<RouteView> routes =
        source.routes(prefix ->
            prefix.family() == state.family()
                && question.prefix.map(prefix::equals).orElse(true)
                && question.destination.map(prefix::contains).orElse(true));
    if (question.destination.isPresent()) {
      routes = longest(routes);
    }
    return question.count
        ? BirdRoutes.count(routes)
        : new BirdRoutes(state).table(routes, question.protocol, question.bestOnly);
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

  private static List<RouteView> longest(List<RouteView> routes) {
    var longest = new ArrayList<RouteView>();
    for (RouteView route : routes) {
      if (longest.isEmpty() || route.prefix().length() > longest.getFirst().prefix().length()) {
        longest.clear();
        longest.add(route);
      }
    }
    return longest;
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

  private static String syntaxError(String word) {
    String found = word.isEmpty() ? "end of line" : '"' + word + '"';
    return new BirdReply().end(9001, "syntax error, unexpected " + found);
  }
}
