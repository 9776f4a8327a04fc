package io.margay.policy.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import io.margay.policy.World;
import io.margay.policy.model.PolicyDelta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The well-known recipes: every one is read whole and converted. */
class PolicyRecipesTest {
  private static final Path RECIPES =
      Path.of(System.getProperty("margay.root", ".."), "../shared/data/policy-recipes");

  @Test
  void everyRecipeIsReadAndConverted() throws IOException {
    assumeTrue(Files.isDirectory(RECIPES), "no policy recipes beside the repository");
    List<Path> files;
    try (Stream<Path> found = Files.list(RECIPES)) {
      files = found.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(10);
    for (Path file : files) {
      var problems = new Problems();
      var refused = new ArrayList<Problem>();
      var delta = PolicyDelta.builder();
      World.policy(
          Tree.of(file.toString(), World.parse(Files.readString(file)), problems), delta, refused);
      assertThat(problems.all()).as(file.toString()).isEmpty();
      assertThat(refused).as(file.toString()).isEmpty();
      assertThat(delta.build().policies()).as(file.toString()).hasSize(1);
    }
  }
}
