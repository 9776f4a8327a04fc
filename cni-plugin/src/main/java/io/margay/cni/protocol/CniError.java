package io.margay.cni.protocol;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal in the specification's shape.
 *
 * @param code one of the codes below; the runtime decides by it whether to try again
 * @param msg one line: what failed
 * @param details where, and what to do; may be empty
 */
public record CniError(int code, String msg, String details) {
  /** {@code cniVersion} is not spoken, or has no such command. */
  public static final int UNSUPPORTED_VERSION = 1;

  /** The container is not known: nothing is to be cleaned up. */
  public static final int UNKNOWN_CONTAINER = 3;

  /** A variable of the environment is missing or malformed; the text names it. */
  public static final int ENVIRONMENT = 4;

  /** Reading or writing failed. */
  public static final int IO = 5;

  /** Standard input is no JSON. */
  public static final int DECODE = 6;

  /** The network configuration (or a pod's annotation) says what cannot be. */
  public static final int CONFIG = 7;

  /** The network namespace is the node's own. */
  public static final int NETNS = 8;

  /** Nothing is wrong with the request; later it may succeed. */
  public static final int TRY_AGAIN = 11;

  /** STATUS: no ADD can be served. */
  public static final int NOT_AVAILABLE = 50;

  /** STATUS: no ADD can be served, and running containers may be limited. */
  public static final int LIMITED = 51;

  /** The kernel, the datastore or IPAM refuses. */
  public static final int FAILED = 100;

  /** CHECK found something that is not as ADD left it. */
  public static final int NOT_AS_MADE = 101;

  public CniError(int code, String msg) {
    this(code, msg, "");
  }

  /** The document of this error in the caller's version. */
  public String json(String cniVersion) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("cniVersion", cniVersion);
    document.put("code", code);
    document.put("msg", msg);
    if (!details.isEmpty()) {
      document.put("details", details);
    }
    return Json.write(document);
  }
}
