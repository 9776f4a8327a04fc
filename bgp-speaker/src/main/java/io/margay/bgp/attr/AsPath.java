package io.margay.bgp.attr;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.StringJoiner;

/** AS_PATH (RFC 4271, 4.3 and 5.1.2). AS numbers are 0 to 4294967295. */
public record AsPath(List<Segment> segments) {
  /** The path of a route that never left its AS. */
  public static final AsPath EMPTY = new AsPath(List.of());

  /** Most AS numbers that one segment can hold on the wire. */
  public static final int MAX_SEGMENT = 255;

  public AsPath {
    segments = List.copyOf(segments);
  }

  /** Kinds of segments with their codes; the confederation ones are of RFC 5065. */
  public enum SegmentType {
    SET(1),
    SEQUENCE(2),
    CONFED_SEQUENCE(3),
    CONFED_SET(4);

    private final int code;

    SegmentType(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    boolean isConfederation() {
      return this == CONFED_SEQUENCE || this == CONFED_SET;
    }
  }

  /** A run of AS numbers, in order (SEQUENCE) or not (SET). */
  public record Segment(SegmentType type, List<Long> asns) {
    public Segment {
      asns = List.copyOf(asns);
      if (asns.isEmpty()) {
        throw new IllegalArgumentException("an AS_PATH segment without AS numbers");
      }
    }

    /** What it adds to the length of the path (RFC 4271, 9.1.2.2 a; RFC 5065, 5.3). */
    int weight() {
      return switch (type) {
        case SET -> 1;
        case SEQUENCE -> asns.size();
        case CONFED_SEQUENCE, CONFED_SET -> 0;
      };
    }
  }

  /** A path of one sequence. */
  public static AsPath sequence(Long... asns) {
    return asns.length == 0
        ? EMPTY
        : new AsPath(List.of(new Segment(SegmentType.SEQUENCE, List.of(asns))));
  }

  /** Length as the decision process counts it: a set is one, confederation segments nothing. */
  public int length() {
    int length = 0;
    for (Segment segment : segments) {
      length += segment.weight();
    }
    return length;
  }

  /** The AS that the route was received from; empty for a route of the own AS, or behind a set. */
  public OptionalLong neighbourAs() {
    for (Segment segment : segments) {
      if (!segment.type().isConfederation()) {
        return segment.type() == SegmentType.SEQUENCE
            ? OptionalLong.of(segment.asns().getFirst())
            : OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  /** How often the AS occurs; more often than allowed means a loop. */
  public int count(long asn) {
    int count = 0;
    for (Segment segment : segments) {
      for (long each : segment.asns()) {
        if (each == asn) {
          count++;
        }
      }
    }
    return count;
  }

  /** True when the path begins with these AS numbers in this order. */
  public boolean startsWith(List<Long> prefix) {
    if (prefix.isEmpty()) {
      return true;
    }
    var leading = new ArrayList<Long>();
    for (Segment segment : segments) {
      if (segment.type() != SegmentType.SEQUENCE || leading.size() >= prefix.size()) {
        break;
      }
      leading.addAll(segment.asns());
    }
    return leading.size() >= prefix.size() && leading.subList(0, prefix.size()).equals(prefix);
  }

  /** This path with these AS numbers in front, in this order (RFC 4271, 5.1.2). */
  public AsPath prepend(List<Long> asns) {
    var all = new ArrayList<>(asns);
    var rest = new ArrayList<>(segments);
    if (!rest.isEmpty()
        && rest.getFirst().type() == SegmentType.SEQUENCE
        && rest.getFirst().asns().size() + asns.size() <= MAX_SEGMENT) {
      all.addAll(rest.removeFirst().asns());
    }
    if (!all.isEmpty()) {
      rest.addFirst(new Segment(SegmentType.SEQUENCE, all));
    }
    return new AsPath(rest);
  }

  /**
   * The true path of a route that crossed speakers with two-byte AS numbers (RFC 6793, 4.2.3): as
   * much of the front of this path as AS4_PATH lacks, then AS4_PATH. This path when AS4_PATH is the
   * longer one, which is then to be ignored.
   */
  public AsPath mergedWith(AsPath as4Path) {
    int missing = length() - as4Path.length();
    if (missing < 0) {
      return this;
    }
    var merged = new ArrayList<Segment>();
    for (Segment segment : segments) {
      int weight = segment.weight();
      if (weight > missing && segment.type() == SegmentType.SEQUENCE && missing > 0) {
        merged.add(new Segment(SegmentType.SEQUENCE, segment.asns().subList(0, missing)));
      } else if (weight <= missing) {
        merged.add(segment);
      }
      missing -= Math.min(weight, missing);
      if (missing == 0) {
        break;
      }
    }
    var path = new AsPath(merged);
    return path.segments.isEmpty() ? as4Path : path.joinedWith(as4Path);
  }

  private AsPath joinedWith(AsPath tail) {
    Segment last = segments.getLast();
    if (last.type() == SegmentType.SEQUENCE
        && !tail.segments.isEmpty()
        && tail.segments.getFirst().type() == SegmentType.SEQUENCE
        && last.asns().size() + tail.segments.getFirst().asns().size() <= MAX_SEGMENT) {
      AsPath front = new AsPath(segments.subList(0, segments.size() - 1));
      AsPath joined = tail.prepend(last.asns());
      return front.segments.isEmpty() ? joined : front.joinedWith(joined);
    }
    var all = new ArrayList<>(segments);
    all.addAll(tail.segments);
    return new AsPath(all);
  }

  /** {@code 65001 65002 {65003 65004}}, confederation segments in round brackets. */
  @Override
  public String toString() {
    var out = new StringJoiner(" ");
    for (Segment segment : segments) {
      var asns = new StringJoiner(" ", open(segment.type()), close(segment.type()));
      segment.asns().forEach(asn -> asns.add(Long.toString(asn)));
      out.add(asns.toString());
    }
    return out.toString();
  }

  private static String open(SegmentType type) {
    return switch (type) {
      case SEQUENCE -> "";
      case SET -> "{";
      case CONFED_SEQUENCE -> "(";
      case CONFED_SET -> "({";
    };
  }

  private static String close(SegmentType type) {
    return switch (type) {
      case SEQUENCE -> "";
      case SET -> "}";
      case CONFED_SEQUENCE -> ")";
      case CONFED_SET -> "})";
    };
  }
}
