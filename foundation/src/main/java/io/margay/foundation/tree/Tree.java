package io.margay.foundation.tree;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value in a document, with its path. A value that is missing (or null) reads as empty; one of
 * the wrong kind reads as empty too and is noted as a {@link Problem}, so that one pass tells all
 * that is wrong.
 */
public final class Tree {
  private final String source;
  private final String path;
  private final @Nullable Object value;
  private final Problems problems;

  private Tree(String source, String path, @Nullable Object value, Problems problems) {
    this.source = source;
    this.path = path;
    this.value = value;
    this.problems = problems;
  }

  /**
   * The root of a parsed document.
   *
   * @param source what errors call it: {@code IPPool "east"}
   * @param value maps, lists, strings, numbers, booleans, as any YAML or JSON parser gives them
   * @param problems where errors go
   */
  public static Tree of(String source, @Nullable Object value, Problems problems) {
    return new Tree(source, "", value, problems);
  }

  /** Where this stands: {@code spec.ports[0].port}; the empty string for the root. */
  public String path() {
    return path;
  }

  public boolean isPresent() {
    return value != null;
  }

  /** The value as the parser gave it. */
  public Optional<Object> raw() {
    return Optional.ofNullable(value);
  }

  /** Another value in this one's place: what a text that stands here says once it is parsed. */
  public Tree with(@Nullable Object other) {
    return new Tree(source, path, other, problems);
  }

  /** The member of this name, one name a level. */
  public Tree at(String... names) {
    Tree tree = this;
    for (String name : names) {
      tree = tree.member(name);
    }
    return tree;
  }

  private Tree member(String name) {
    Object child = null;
    if (value instanceof Map<?, ?> map) {
      child = map.get(name);
    } else if (value != null) {
      problem("an object");
    }
    return new Tree(source, path.isEmpty() ? name : path + "." + name, child, problems);
  }

  /** The elements of a list; none when it is missing. */
  public List<Tree> items() {
    var items = new ArrayList<Tree>();
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        items.add(new Tree(source, path + "[" + i + "]", list.get(i), problems));
      }
    } else if (value != null) {
      problem("a list");
    }
    return items;
  }

  /** The members of an object in the order of the document; none when it is missing. */
  public Map<String, Tree> entries() {
    var entries = new LinkedHashMap<String, Tree>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, child) -> {
        String name = String.valueOf(key);
        String childPath = path.isEmpty() ? name : path + "." + name;
        entries.put(name, new Tree(source, childPath, child, problems));
      });
    } else if (value != null) {
      problem("an object");
    }
    return entries;
  }

  /** The members of an object whose values are text: labels, selectors. */
  public Map<String, String> texts() {
    var texts = new LinkedHashMap<String, String>();
    entries().forEach((name, child) -> child.text().ifPresent(text -> texts.put(name, text)));
    return texts;
  }

  /** Notes every member that is not one of these. */
  public void only(String... names) {
    var allowed = new TreeSet<>(Set.of(names));
    entries()
        .forEach((name, child) -> {
          if (!allowed.contains(name)) {
            child.problem("no such field here; known are " + String.join(", ", allowed));
          }
        });
  }

  public Optional<String> text() {
    if (value instanceof String text) {
      return Optional.of(text);
    }
    if (value != null) {
      problem("a text");
    }
    return Optional.empty();
  }

  public String text(String fallback) {
    return text().orElse(fallback);
  }

  /**
   * A text that must stand here and not be empty; noted, and the empty string, when it does not.
   */
  public String requiredText() {
    Optional<String> text = value == null ? Optional.empty() : text();
    if (value == null || text.filter(String::isEmpty).isPresent()) {
      problem("a text that is not empty");
    }
    return text.orElse("");
  }

  /** A whole number in a range, both ends included. */
  public OptionalLong integer(long least, long most) {
    if (value == null) {
      return OptionalLong.empty();
    }
    Long number = wholeNumber(value);
    if (number == null || number < least || number > most) {
      problem("a whole number, " + least + " to " + most);
      return OptionalLong.empty();
    }
    return OptionalLong.of(number);
  }

  public int integer(int least, int most, int fallback) {
    return (int) integer((long) least, most).orElse(fallback);
  }

  public boolean flag(boolean fallback) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value != null) {
      problem("true or false");
    }
    return fallback;
  }

  /** One of these words, exactly as written. */
  public <T> Optional<T> choice(Map<String, T> words) {
    if (value == null) {
      return Optional.empty();
    }
    T found = value instanceof String text ? words.get(text) : null;
    if (found == null) {
      problem("one of " + String.join(", ", words.keySet()));
    }
    return Optional.ofNullable(found);
  }

  public Optional<Ip> ip() {
    return parsed(Ip::parse, "an IP address");
  }

  /** A CIDR; host bits are cleared. */
  public Optional<Prefix> prefix() {
    return parsed(Prefix::parse, "a CIDR such as 10.0.0.0/16");
  }

  /** An address with its network's length: 10.1.2.3/24. */
  public Optional<InterfaceAddress> interfaceAddress() {
    return parsed(InterfaceAddress::parse, "an address with a prefix length such as 10.1.2.3/24");
  }

  /** A text that this parser understands; noted with {@code expected} when it does not. */
  public <T> Optional<T> parsed(Function<String, Optional<T>> parser, String expected) {
    if (value == null) {
      return Optional.empty();
    }
    Optional<T> parsed = value instanceof String text ? parser.apply(text) : Optional.empty();
    if (parsed.isEmpty()) {
      problem(expected);
    }
    return parsed;
  }

  /** Notes that what stands here is not what is expected. */
  public void problem(String expected) {
    problems.add(new Problem(source, path.isEmpty() ? "the document" : path, found(), expected));
  }

  private String found() {
    return switch (value) {
      case null -> "missing";
      case String text -> '"' + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + '"';
      case Map<?, ?> _ -> "an object";
      case List<?> _ -> "a list";
      default -> value.toString();
    };
  }

  private static @Nullable Long wholeNumber(Object value) {
    return switch (value) {
      case Integer n -> n.longValue();
      case Long n -> n;
      case Short n -> n.longValue();
      case BigInteger n when n.bitLength() < 64 -> n.longValue();
      case Double n when n == Math.rint(n) && Math.abs(n) < 1L << 53 -> n.longValue();
      case BigDecimal n when n.stripTrailingZeros().scale() <= 0 && n.precision() < 19 ->
          n.longValue();
      default -> null;
    };
  }
}
