package io.margay.policy.apply;

import io.margay.foundation.addr.Family;
import io.margay.policy.render.SetName;
import io.margay.policy.render.SetSpec;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code ipset save} prints and keeps the sets whose names are ours. */
final class SavedSets {
  private static final Pattern CREATE = Pattern.compile("create (cali[46][0t]\\S*) (\\S+) (.*)");
  private static final Pattern ADD = Pattern.compile("add (cali[46][0t]\\S*) (\\S+).*");
  private static final Pattern MAX_ELEMENTS = Pattern.compile("\\bmaxelem (\\d+)");

  private SavedSets() {}

  static Map<SetName, SetSpec> read(String text) {
    var sets = new LinkedHashMap<SetName, SetSpec>();
    text.lines()
        .forEach(line -> {
          Matcher create = CREATE.matcher(line);
          Matcher add = ADD.matcher(line);
          if (create.matches()) {
            String options = create.group(3);
            Matcher most = MAX_ELEMENTS.matcher(options);
            sets.put(
                new SetName(create.group(1)),
                new SetSpec(
                    create.group(2),
                    options.contains("family inet6") ? Family.IPV6 : Family.IPV4,
                    most.find() ? Integer.parseInt(most.group(1)) : 0,
                    new HashSet<>()));
          } else if (add.matches()) {
            SetSpec set = sets.get(new SetName(add.group(1)));
            if (set != null) {
              set.members().add(add.group(2));
            }
          }
        });
    return sets;
  }
}
