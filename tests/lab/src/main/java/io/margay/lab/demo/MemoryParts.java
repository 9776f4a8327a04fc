package io.margay.lab.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM's resident memory is made of, from /proc/PID/smaps; KiB by part. */
final class MemoryParts {
  private static final Pattern MAPPING =
      Pattern.compile("^[0-9a-f]+-[0-9a-f]+ (\\S{4}) [0-9a-f]+ \\S+ \\d+\\s*(.*)$");
  private static final Pattern RSS = Pattern.compile("^Rss:\\s+(\\d+) kB$");

  private MemoryParts() {}

  static Map<String, Long> of(List<String> smaps) {
    var parts = new LinkedHashMap<String, Long>();
    String part = "";
    for (String line : smaps) {
      Matcher mapping = MAPPING.matcher(line);
      if (mapping.matches()) {
        part = part(mapping.group(1), mapping.group(2));
        continue;
      }
      Matcher rss = RSS.matcher(line);
      if (rss.matches() && !part.isEmpty()) {
        parts.merge(part, Long.parseLong(rss.group(1)), Long::sum);
      }
    }
    return parts;
  }

  private static String part(String access, String file) {
    if (file.endsWith(".jsa") || file.endsWith(".aot")) {
      return "class archive";
    }
    if (file.endsWith("/modules")) {
      return "JDK classes";
    }
    if (file.endsWith(".jar")) {
      return "jars";
    }
    if (file.contains(".so")) {
      return "libraries";
    }
    if (file.equals("[heap]")) {
      return "malloc";
    }
    if (file.startsWith("[stack")) {
      return "stacks";
    }
    if (file.isEmpty()) {
      return access.contains("x") ? "compiled code" : "heap and other anonymous";
    }
    return "other files";
  }
}
