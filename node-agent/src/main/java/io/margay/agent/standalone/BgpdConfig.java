package io.margay.agent.standalone;

import io.margay.agent.stage.Install;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a speaker's file says.
 *
 * @param asn of the speaker itself
 * @param originated the speaker's own routes
 * @param socket where it answers questions; empty for nowhere
 * @param install where the best routes stand in the kernel; empty when they stay out of it
 */
public record BgpdConfig(
    long asn,
    SpeakerConfig speaker,
    Map<Prefix, LocalRoute> originated,
    Optional<Path> socket,
    Optional<Install> install) {
  /** Where a speaker answers whose file does not say it. */
  public static final Path SOCKET = Path.of("/run/margay-bgpd.sock");

  /** A file's content, or all that is wrong with it. */
  public sealed interface Reading {
    /** It can be used. */
    record Accepted(BgpdConfig config) implements Reading {}

    /**
     * It cannot.
     *
     * @param errors one a line, {@code FILE:LINE:COLUMN: neighbors[0].asn is "x"; expected ...}
     */
    record Refused(List<String> errors) implements Reading {}
  }

  public BgpdConfig {
    originated = Map.copyOf(originated);
  }

  /**
   * Reads a file's text; it is taken whole or not at all.
   *
   * @param file what errors call it
   * @param passwords gives what a password file holds, empty when it cannot be read
   */
  public static Reading read(String file, String text, Function<Path, Optional<String>> passwords) {
    return switch (YamlText.parse(text)) {
      case YamlText.Parsed.Broken(var place, String why) ->
          new Reading.Refused(List.of(file + ":" + place + ": " + why));
      case YamlText.Parsed.Document(YamlText document) -> {
        var problems = new Problems();
        Tree root = Tree.of(file, document.value(), problems);
        Optional<BgpdConfig> config = new BgpdReader(root, passwords).read();
        yield problems.isEmpty() && config.isPresent()
            ? new Reading.Accepted(config.get())
            : new Reading.Refused(
                problems.all().stream().map(problem -> sentence(file, document, problem)).toList());
      }
    };
  }

  private static String sentence(String file, YamlText document, Problem problem) {
    return "%s:%s: %s is %s; expected %s"
        .formatted(
            file,
            document.placeOf(problem.path()),
            problem.path(),
            problem.found(),
            problem.expected());
  }
}
