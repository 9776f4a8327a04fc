package io.margay.ipam.store;

/**
 * Who has a block: {@code host:node-a}, {@code virtual:load-balancer}. A text without a type, which
 * only a stranger would write, is an owner too: nobody that we are.
 *
 * @param type {@code host}, {@code virtual}, or empty
 * @param name the node's name for a host
 */
public record Owner(String type, String name) {
  public static final String HOST = "host";
  public static final String VIRTUAL = "virtual";

  public static Owner host(String node) {
    return new Owner(HOST, node);
  }

  /** Reads {@code type:name}; any text is read, and printed as it was. */
  public static Owner parse(String text) {
    int colon = text.indexOf(':');
    return colon <= 0
        ? new Owner("", text)
        : new Owner(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The form in a block's {@code affinity}. */
  @Override
  public String toString() {
    return type.isEmpty() ? name : type + ":" + name;
  }
}
