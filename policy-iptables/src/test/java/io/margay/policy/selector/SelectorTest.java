package io.margay.policy.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.policy.selector.Selector.Parsed;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
  private static final Map<String, String> LABELS =
      Map.of("app", "web", "pcns.team/name", "ops-1", "empty", "");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "app == 'web'                           ; true",
        "app == 'Web'                           ; false",
        "none == 'web'                          ; false",
        "none == ''                             ; false",
        "empty == ''                            ; true",
        "app != 'web'                           ; false",
        "app != 'db'                            ; true",
        "none != 'web'                          ; true",
        "app in { 'db', 'web' }                 ; true",
        "app in { 'db', 'web', }                ; true",
        "app in {}                              ; false",
        "none in { '' }                         ; false",
        "app not in { 'db' }                    ; true",
        "app not in { 'web' }                   ; false",
        "none not in { 'web' }                  ; true",
        "app notin {'db'}                       ; true",
        "app contains 'e'                       ; true",
        "app contains 'x'                       ; false",
        "app starts with 'we'                   ; true",
        "app startswith 'eb'                    ; false",
        "app ends    with 'eb'                  ; true",
        "none starts with ''                    ; false",
        "has(app)                               ; true",
        "has( app )                             ; true",
        "has(none)                              ; false",
        "!has(none)                             ; true",
        "! ! has(none)                          ; false",
        "all()                                  ; true",
        "all( )                                 ; true",
        "global()                               ; true",
        "pcns.team/name == \"ops-1\"            ; true",
        "has(none) || has(app) && has(empty)    ; true",
        "has(app) || has(none) && has(none)     ; true",
        "(has(app) || has(none)) && has(none)   ; false",
        "!(app == 'web') || !has(none)          ; true",
        "has == 'x' || all == 'y' || in != 'z'  ; true",
      })
  void matchesAsCalicoDoes(String text, boolean expected) {
    assertThat(Selector.of(text).matches(LABELS)).as(text).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "##                                ; all()",
        "a=='b'                            ; a == \"b\"",
        "a == 'say \"x\"'                  ; a == 'say \"x\"'",
        "a in {'z','b', 'b' }              ; a in {\"b\", \"z\"}",
        "a not  in {}                      ; a not in {}",
        "! a != 'b'                        ; !a != \"b\"",
        "!!! has(a)                        ; !has(a)",
        "a == 'b'&&has(c)&&all()           ; (a == \"b\" && has(c) && all())",
        "(a == 'b' && has(c)) && all()     ; ((a == \"b\" && has(c)) && all())",
        "has(a)||has(b)&&has(c)            ; (has(a) || (has(b) && has(c)))",
        "((has(a)))                        ; has(a)",
        "a starts with 'x'                 ; a starts with \"x\"",
      })
  void printsTheFormThatSetsAreNamedBy(String text, String canonical) {
    assertThat(Selector.of(text)).hasToString(canonical);
    assertThat(Selector.of(canonical)).isEqualTo(Selector.of(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "app ==            ; 6  ; a text in quotes",
        "app == web        ; 7  ; a text in quotes",
        "app == 'web       ; 7  ; a text with a closing '",
        "app = 'web'       ; 4  ; ==, !=, in, not in, contains, starts with or ends with",
        "app in 'web'      ; 7  ; {",
        "app inside {'a'}  ; 4  ; ==, !=, in, not in, contains, starts with or ends with",
        "app in {'a' 'b'}  ; 12 ; }",
        "has(app           ; 7  ; )",
        "has (app)         ; 4  ; ==, !=, in, not in, contains, starts with or ends with",
        "(has(app)         ; 9  ; )",
        "has(app))         ; 8  ; &&, || or the end",
        "has(app) &        ; 9  ; &&, || or the end",
        "has(app) &&       ; 11 ; a label, has(label), all(), global() or (",
        "!                 ; 1  ; a label, has(label), all(), global() or (",
      })
  void saysWhereASelectorIsWrong(String text, int position, String expected) {
    assertThat(Selector.parse(text)).isEqualTo(new Parsed.Invalid(position, expected));
  }

  @ParameterizedTest
  @CsvSource({"512,true", "513,false"})
  void labelsHaveAtMost512Characters(int length, boolean valid) {
    assertThat(Selector.parse("has(" + "a".repeat(length) + ")") instanceof Parsed.Valid)
        .isEqualTo(valid);
  }

  @ParameterizedTest
  @CsvSource({"128,true", "129,false", "100000,false"})
  void nestingHasALimit(int depth, boolean valid) {
    String text = "(".repeat(depth) + "all()" + ")".repeat(depth);
    assertThat(Selector.parse(text) instanceof Parsed.Valid).isEqualTo(valid);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "ns == 'a'                               ; a",
        "has(x) && (has(y) && ns == 'a')         ; a",
        "ns in {'a'} && has(x)                   ; a",
        "ns in {'a', 'b'}                        ; -",
        "ns == 'a' || has(x)                     ; -",
        "!ns == 'a'                              ; -",
        "ns != 'a'                               ; -",
      })
  void knowsTheValueThatALabelMustHave(String text, String value) {
    assertThat(Selector.of(text).requiredValue("ns"))
        .isEqualTo(value.equals("-") ? Optional.empty() : Optional.of(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "a == 'b' && !has(c) || d in {'e'} ; ((pcns.a == \"b\" && !has(pcns.c)) || pcns.d in {\"e\"})"
      })
  void prefixesEveryLabel(String text, String prefixed) {
    assertThat(Selector.of(text).prefixed("pcns.")).hasToString(prefixed);
  }
}
