package io.margay.bgp.wire;

/** Attribute type codes (IANA, BGP Path Attributes). */
public final class AttributeCode {
  public static final int ORIGIN = 1;
  public static final int AS_PATH = 2;
  public static final int NEXT_HOP = 3;
  public static final int MED = 4;
  public static final int LOCAL_PREF = 5;
  public static final int ATOMIC_AGGREGATE = 6;
  public static final int AGGREGATOR = 7;
  public static final int COMMUNITIES = 8;
  public static final int ORIGINATOR_ID = 9;
  public static final int CLUSTER_LIST = 10;
  public static final int MP_REACH = 14;
  public static final int MP_UNREACH = 15;
  public static final int EXTENDED_COMMUNITIES = 16;
  public static final int AS4_PATH = 17;
  public static final int AS4_AGGREGATOR = 18;
  public static final int LARGE_COMMUNITIES = 32;
  public static final int ONLY_TO_CUSTOMER = 35;

  private AttributeCode() {}

  /** The name that the RFCs use, or the number. */
  public static String name(int code) {
    return switch (code) {
      case 0 -> "attributes";
      case ORIGIN -> "ORIGIN";
      case AS_PATH -> "AS_PATH";
      case NEXT_HOP -> "NEXT_HOP";
      case MED -> "MULTI_EXIT_DISC";
      case LOCAL_PREF -> "LOCAL_PREF";
      case ATOMIC_AGGREGATE -> "ATOMIC_AGGREGATE";
      case AGGREGATOR -> "AGGREGATOR";
      case COMMUNITIES -> "COMMUNITIES";
      case ORIGINATOR_ID -> "ORIGINATOR_ID";
      case CLUSTER_LIST -> "CLUSTER_LIST";
      case MP_REACH -> "MP_REACH_NLRI";
      case MP_UNREACH -> "MP_UNREACH_NLRI";
      case EXTENDED_COMMUNITIES -> "EXTENDED_COMMUNITIES";
      case AS4_PATH -> "AS4_PATH";
      case AS4_AGGREGATOR -> "AS4_AGGREGATOR";
      case LARGE_COMMUNITIES -> "LARGE_COMMUNITIES";
      case ONLY_TO_CUSTOMER -> "ONLY_TO_CUSTOMER";
      default -> "attribute " + code;
    };
  }
}
