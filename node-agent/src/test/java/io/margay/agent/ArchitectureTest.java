package io.margay.agent;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The house plan's arrows (docs/architecture.md), for all modules that the agent is made of. A rule
 * that fails is a question to the plan first; an exception is written into the plan, then here.
 */
class ArchitectureTest {
  private static final String ROOT = "io.margay.";

  /** Each module by its short name, and what it may see beside itself and the libraries. */
  private static final Map<String, List<String>> MAY_SEE =
      Map.of(
          "foundation", List.of(),
          "kernel", List.of("foundation.."),
          "bgp", List.of("foundation.."),
          "route", List.of("foundation..", "kernel.."),
          "tunnel", List.of("foundation..", "kernel.."),
          "ipam", List.of("foundation.."),
          "policy", List.of("foundation..", "kernel.."),
          "kube", List.of("foundation..", "ipam.store"),
          "cni", List.of("foundation..", "kernel..", "ipam.."));

  private static final List<String> SUBSYSTEMS =
      List.of("bgp", "route", "tunnel", "ipam", "policy");

  /**
   * The wiring: classes outside of {@code agent.stage} that make the parts of several subsystems
   * and hand them to each other. The list only gets shorter.
   */
  private static final Set<String> WIRING =
      Set.of("Agent", "AgentEndpoints", "AgentMetrics", "Dataplane");

  /** Values in, values out. */
  private static final List<String> PURE =
      List.of(
          "foundation.addr",
          "foundation.trie",
          "foundation.intern",
          "foundation.tree",
          "foundation.reconcile",
          "foundation.time",
          "kernel.frame",
          "kernel.nlmsg",
          "kernel.rtnl",
          "bgp.wire",
          "bgp.attr",
          "bgp.table",
          "bgp.fsm",
          "bgp.filter",
          "bgp.rib",
          "bgp.export",
          "bgp.bfd",
          "bgp.topology",
          "bgp.view",
          "route.fib",
          "route.adopt",
          "route.view",
          "tunnel.plan",
          "tunnel.wire",
          "ipam.block",
          "ipam.claim",
          "ipam.store",
          "ipam.collect",
          "policy.selector",
          "policy.spec",
          "policy.model",
          "policy.convert",
          "policy.engine",
          "policy.index",
          "policy.render",
          "policy.trace",
          "kube.types",
          "kube.image",
          "kube.lease",
          "cni.protocol",
          "agent.config",
          "agent.stage",
          "agent.bird",
          "agent.standalone",
          "agent.view",
          "agent.start");

  /** Those that own a thread, a socket, a file or a child process. */
  private static final List<String> SHELL =
      List.of(
          "foundation.log",
          "kernel.libc",
          "kernel.netlink",
          "kernel.netfilter",
          "kernel.netns",
          "kernel.process",
          "kernel.socket",
          "kernel.sysctl",
          "bgp.session",
          "bgp.speaker",
          "bgp.bmp",
          "route.rule",
          "route.target",
          "tunnel.control",
          "tunnel.device",
          "tunnel.forwarder",
          "ipam.allocate",
          "policy.apply",
          "kube.client",
          "kube.watch",
          "kube.store",
          "kube.status",
          "kube.warm",
          "cni.install",
          "cni.server",
          "cni.verb",
          "cni.veth",
          "agent.api",
          "agent.bgpd",
          "agent.chore",
          "agent.clean",
          "agent.health",
          "agent.host",
          "agent.metric",
          "agent.run");

  private static final Set<String> NO_NAMES =
      Set.of("util", "utils", "common", "helper", "helpers", "impl", "manager", "misc", "base");

  private static final DescribedPredicate<JavaClass> MACHINERY =
      resideInAnyPackage(
              "java.io",
              "java.nio.file..",
              "java.nio.channels..",
              "java.util.concurrent..",
              "java.util.logging..",
              "org.slf4j..",
              "io.micrometer..",
              "io.netty.channel..",
              "io.margay.foundation.log")
          .and(
              not(
                  nameMatching(
                      "java\\.util\\.concurrent\\.TimeUnit"
                          + "|java\\.nio\\.file\\.(Path|InvalidPathException)"
                          + "|java\\.io\\.(UncheckedIOException|Serializable|IOException)")))
          .or(
              nameMatching(
                  "java\\.lang\\.(Thread|ThreadLocal|ThreadGroup|Process|ProcessBuilder|Runtime)(\\$.*)?"))
          .or(nameMatching("java\\.lang\\.System\\$Logger.*"))
          .or(nameMatching("java\\.net\\.(.*Socket.*|http\\..*|URL|URLConnection)"))
          .as("threads, locks, sockets, files, loggers or metrics");

  private static final DescribedPredicate<JavaAccess<?>> TIME_OR_CHANCE =
      describe(
          "ask the system for time or chance",
          access -> {
            String owner = access.getTargetOwner().getFullName();
            String name = access.getName();
            return switch (owner) {
              case "java.lang.System" ->
                  Set.of("nanoTime", "currentTimeMillis", "getenv", "getProperty").contains(name);
              case "java.time.Instant",
                  "java.time.LocalDateTime",
                  "java.time.ZonedDateTime",
                  "java.time.LocalDate" ->
                  name.equals("now");
              case "java.time.Clock" -> name.startsWith("system");
              case "java.util.concurrent.ThreadLocalRandom" -> true;
              case "java.lang.Math" -> name.equals("random");
              case "java.util.UUID" -> name.equals("randomUUID");
              case "java.util.Random", "java.util.SplittableRandom" ->
                  name.equals("<init>") && access.getTarget().getFullName().endsWith("()");
              default -> false;
            };
          });

  private static JavaClasses all;

  @BeforeAll
  static void read() {
    all =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // Other modules' tests: folders in the test phase, jars behind it.
            .withImportOption(place -> !place.contains("-tests.jar"))
            .importPackages("io.margay");
    assertThat(all.size()).isGreaterThan(300);
  }

  @TestFactory
  Stream<DynamicTest> modulesSeeOnlyWhatThePlanAllows() {
    return MAY_SEE.entrySet().stream()
        .map(e ->
            test(
                e.getKey(),
                () -> {
                  var seen = new ArrayList<>(e.getValue());
                  seen.add(e.getKey() + "..");
                  classes()
                      .that()
                      .resideInAPackage(ROOT + e.getKey() + "..")
                      .should()
                      .onlyDependOnClassesThat(
                          not(resideInAPackage("io.margay.."))
                              .or(resideInAnyPackage(packages(seen))))
                      .allowEmptyShould(true)
                      .check(all);
                }));
  }

  @Test
  void onlyStagesNameTypesOfTwoSubsystems() {
    classes()
        .that(
            resideInAPackage("io.margay.agent..")
                .and(not(resideInAPackage("io.margay.agent.stage"))))
        .should(
            new ArchCondition<>("name types of at most one subsystem") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                Set<String> named = subsystems(item);
                boolean wires =
                    item.getPackageName().equals("io.margay.agent.run")
                        && WIRING.contains(outermost(item).getSimpleName());
                if (named.size() > 1 && !wires) {
                  events.add(
                      SimpleConditionEvent.violated(item, item.getFullName() + " names " + named));
                }
              }
            })
        .check(all);
  }

  @TestFactory
  Stream<DynamicTest> purePackagesUseNoMachinery() {
    return PURE.stream()
        .filter(name -> all.containPackage(ROOT + name))
        .map(name ->
            test(
                name,
                () -> {
                  noClasses()
                      .that()
                      .resideInAPackage(ROOT + name + "..")
                      .should()
                      .dependOnClassesThat(MACHINERY)
                      .check(all);
                  noClasses()
                      .that()
                      .resideInAPackage(ROOT + name + "..")
                      .should()
                      .accessTargetWhere(TIME_OR_CHANCE)
                      .check(all);
                  methods()
                      .that()
                      .areDeclaredInClassesThat()
                      .resideInAPackage(ROOT + name + "..")
                      .should()
                      .notHaveModifier(JavaModifier.SYNCHRONIZED)
                      .allowEmptyShould(true)
                      .check(all);
                }));
  }

  @TestFactory
  Stream<DynamicTest> purePackagesSeeNoShellOfTheirModule() {
    var pure = new TreeSet<>(PURE);
    return pure.stream()
        .filter(name -> all.containPackage(ROOT + name))
        .map(name -> {
          String module = name.substring(0, name.indexOf('.'));
          List<String> allowed =
              pure.stream().filter(p -> p.startsWith(module + ".")).map(p -> p + "..").toList();
          return test(
              name,
              () ->
                  noClasses()
                      .that()
                      .resideInAPackage(ROOT + name + "..")
                      .should()
                      .dependOnClassesThat(
                          resideInAPackage(ROOT + module + "..")
                              .and(not(resideInAnyPackage(packages(allowed)))))
                      .check(all));
        });
  }

  @TestFactory
  Stream<DynamicTest> librariesAreMetAtTheirDoorsOnly() {
    return Stream.of(
        door("io.fabric8..", "kube.client..", "kube.watch.."), // docs/decisions/0030
        door("jnr..", "kernel.libc.."),
        door("io.netty.channel..", "bgp.session..", "agent.api..", "cni.server.."),
        test(
            "programs are started by kernel.process",
            () ->
                noClasses()
                    .that()
                    .resideOutsideOfPackage("io.margay.kernel.process..")
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching("java\\.lang\\.ProcessBuilder(\\$.*)?")
                    .orShould()
                    .callMethodWhere(
                        describe(
                            "start a program by Runtime",
                            call ->
                                call.getTargetOwner().isEquivalentTo(Runtime.class)
                                    && call.getName().equals("exec")))
                    .check(all)));
  }

  @TestFactory
  Stream<DynamicTest> packagesOfAModuleHaveNoCycles() {
    return Stream.concat(MAY_SEE.keySet().stream(), Stream.of("agent"))
        .sorted()
        .map(module ->
            test(
                module,
                () ->
                    slices()
                        .matching(ROOT + module + ".(*)..")
                        .should()
                        .beFreeOfCycles()
                        .allowEmptyShould(true)
                        .check(all)));
  }

  @Test
  void everyPackageHasItsPlaceInThePlan() {
    var unplanned = new TreeSet<String>();
    for (JavaClass type : all) {
      String name = type.getPackageName().substring(ROOT.length());
      if (!PURE.contains(name) && !SHELL.contains(name)) {
        unplanned.add(name);
      }
    }
    assertThat(unplanned).isEmpty();
  }

  @Test
  void everythingHasAnOwnersName() {
    var nameless = new TreeSet<String>();
    for (JavaClass type : all) {
      Stream<String> words =
          Stream.concat(
              Arrays.stream(type.getPackageName().split("\\.")),
              Arrays.stream(type.getSimpleName().split("(?=\\p{Lu})")));
      if (words.anyMatch(word -> NO_NAMES.contains(word.toLowerCase(Locale.ROOT)))) {
        nameless.add(type.getFullName());
      }
    }
    assertThat(nameless).isEmpty();
  }

  @Test
  void everyPackageSaysWhatLivesThereAndIsNullMarked() {
    var silent = new TreeSet<String>();
    for (JavaClass type : all) {
      JavaPackage home = type.getPackage();
      if (!home.isAnnotatedWith(NullMarked.class)) {
        silent.add(home.getName());
      }
    }
    assertThat(silent).isEmpty();
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static Set<String> subsystems(JavaClass type) {
    var named = new TreeSet<String>();
    type.getDirectDependenciesFromSelf()
        .forEach(dependency -> {
          String name = dependency.getTargetClass().getPackageName();
          SUBSYSTEMS.stream()
              .filter(s -> (name + ".").startsWith(ROOT + s + "."))
              .forEach(named::add);
        });
    return named;
  }

  private static DynamicTest door(String library, String... doors) {
    return test(
        library,
        () ->
            noClasses()
                .that(not(resideInAnyPackage(packages(List.of(doors)))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(all));
  }

  private static String[] packages(List<String> names) {
    return names.stream().map(name -> ROOT + name).toArray(String[]::new);
  }

  private static DynamicTest test(String name, Runnable check) {
    return DynamicTest.dynamicTest(name, check::run);
  }
}
