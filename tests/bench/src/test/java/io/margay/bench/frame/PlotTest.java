package io.margay.bench.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PlotTest {
  @Test
  void aBarForEachRatio() throws Exception {
    String svg =
        Plot.of(
            List.of(
                result("bgp.half", Optional.of(1.0), Optional.of(2.0)),
                result("bgp.double", Optional.of(4.0), Optional.of(2.0)),
                result("bgp.failed", Optional.of(4.0), Optional.empty())));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    // The background is one, too.
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(3);
    assertThat(svg).contains("bgp.half", ">0.5<", "bgp.double", ">2<").doesNotContain("bgp.failed");
  }

  @Test
  void halfAndDoubleAreEquallyLong() {
    String half = Plot.of(List.of(result("x", Optional.of(1.0), Optional.of(2.0))));
    String twice = Plot.of(List.of(result("x", Optional.of(2.0), Optional.of(1.0))));
    String length = "width=\"35\" height=\"14\"";
    assertThat(half).contains(length + " fill=\"#4c9f70\"");
    assertThat(twice).contains(length + " fill=\"#c8553d\"");
  }

  private static Result result(String name, Optional<Double> ours, Optional<Double> theirs) {
    return new Result(
        new Measure(name, "s", Measure.Better.LOWER),
        Optional.of("peer"),
        ours.map(value -> new Series(List.of(value))),
        theirs.map(value -> new Series(List.of(value))));
  }
}
