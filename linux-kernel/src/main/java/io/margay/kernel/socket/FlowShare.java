package io.margay.kernel.socket;

import io.margay.kernel.socket.SocketFilter.Op;

/**
 * Which of several sockets takes a packet that travels between nodes. Packets of one flow always
 * come to the same one, each packet comes to exactly one.
 */
public final class FlowShare {
  /** {@code SKF_NET_OFF}: offsets from here count from the IP header. */
  private static final int NETWORK = -0x100000;

  private static final int ALL = -1;
  private static final int TCP = 6;
  private static final int UDP = 17;

  /** Offsets in an IPv4 header. */
  private static final int FRAGMENT = 6;

  private static final int PROTOCOL = 9;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final int SHORTEST_HEADER = 20;

  /** More fragments, or an offset that is not 0. */
  private static final int FRAGMENTED = 0x3fff;

  private static final int PORTS = 4;

  /** 2^32 divided by the golden ratio: numbers that follow each other end far apart. */
  private static final int SPREAD = 0x9e3779b1;

  /** Places in the filter's memory. */
  private static final int SUM = 0;

  private static final int INNER = 1;

  private FlowShare() {}

  /**
   * For raw sockets of IPIP, each of which is given every packet, outer header first: the inner
   * addresses decide, and the ports of TCP and UDP where the packet is no fragment. What is too
   * short for that is the first one's.
   *
   * @param index of this socket, from 0
   * @param count of all sockets
   */
  public static SocketFilter ofIpip(int index, int count) {
    var program = new SocketFilter.Builder();
    program
        .add(Op.X_HEADER, 0)
        .add(Op.STORE_X, INNER)
        .add(Op.LOAD_LENGTH)
        .add(Op.SUBTRACT_X)
        .jump(Op.IF_NOT_LESS, SHORTEST_HEADER, "addresses", "")
        .add(Op.LOAD_CONSTANT, 0)
        .jump(Op.IF_EQUAL, 0, "choice", "choice");
    program
        .place("addresses")
        .add(Op.LOAD_WORD, SOURCE)
        .add(Op.STORE, SUM)
        .add(Op.LOAD_WORD, DESTINATION)
        .add(Op.X_MEMORY, SUM)
        .add(Op.ADD_X)
        .add(Op.STORE, SUM)
        .add(Op.X_MEMORY, INNER)
        .add(Op.LOAD_BYTE, PROTOCOL)
        .jump(Op.IF_EQUAL, TCP, "ports", "")
        .jump(Op.IF_EQUAL, UDP, "ports", "mix");
    ports(program);
    // The upper half folded into the lower one, then Fibonacci's hashing: its upper bits count.
    program
        .place("mix")
        .add(Op.LOAD_MEMORY, SUM)
        .add(Op.SHIFT_RIGHT, 16)
        .add(Op.X_MEMORY, SUM)
        .add(Op.XOR_X)
        .add(Op.MULTIPLY, SPREAD)
        .add(Op.SHIFT_RIGHT, 16)
        .add(Op.MULTIPLY, count)
        .add(Op.SHIFT_RIGHT, 16)
        .place("choice")
        .jump(Op.IF_EQUAL, index, "", "another's")
        .add(Op.RETURN, ALL)
        .place("another's")
        .add(Op.RETURN, 0);
    return program.build();
  }

  /** X is where the inner header begins. */
  private static void ports(SocketFilter.Builder program) {
    program
        .place("ports")
        .add(Op.LOAD_HALF, FRAGMENT)
        .jump(Op.IF_ANY_BIT, FRAGMENTED, "mix", "")
        .add(Op.LOAD_BYTE, 0)
        .add(Op.AND, 15)
        .add(Op.SHIFT_LEFT, 2)
        .add(Op.ADD_X)
        .add(Op.X_FROM_A)
        .add(Op.LOAD_LENGTH)
        .add(Op.SUBTRACT, PORTS)
        .jump(Op.IF_NOT_LESS_X, 0, "", "mix")
        .add(Op.LOAD_WORD, 0)
        .add(Op.X_MEMORY, SUM)
        .add(Op.XOR_X)
        .add(Op.STORE, SUM);
  }

  /**
   * For sockets that share a UDP port: the sender's port decides. The kernel may have joined
   * datagrams of one sender and one port; what is inside of the first says nothing of the others.
   *
   * @param count of all sockets
   */
  public static SocketFilter ofSenderPort(int count) {
    return new SocketFilter.Builder()
        .add(Op.X_HEADER, NETWORK)
        .add(Op.LOAD_HALF, NETWORK)
        .add(Op.REMAINDER, count)
        .add(Op.RETURN_A)
        .build();
  }
}
