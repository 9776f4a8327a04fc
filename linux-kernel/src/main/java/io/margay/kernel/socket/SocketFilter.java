package io.margay.kernel.socket;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A program of the kernel's classic packet filter ({@code linux/filter.h}, pcap's BPF): it looks at
 * one packet and answers a number. What reads behind the packet's end answers 0.
 *
 * @param instructions in their order; jumps lead forward only
 */
public record SocketFilter(List<Instruction> instructions) {
  private static final int SO_ATTACH_FILTER = 26;
  private static final int SO_ATTACH_REUSEPORT_CBPF = 51;

  /** {@code struct sock_filter}. */
  private static final int INSTRUCTION = 8;

  /** {@code struct sock_fprog}: the number of instructions, padding, where they are. */
  private static final int PROGRAM = 16;

  /** Lets nothing through. */
  static final SocketFilter NOTHING = new Builder().add(Op.RETURN, 0).build();

  /**
   * One step.
   *
   * @param ifTrue how many of the next ones a comparison that holds leaves out
   * @param value its operand, 32 bits
   */
  public record Instruction(int code, int ifTrue, int ifFalse, int value) {}

  public SocketFilter {
    instructions = List.copyOf(instructions);
  }

  /** Codes of instructions. A is the accumulator, X the index, M the memory of 16 words. */
  static final class Op {
    /** A = the word at an offset from X. */
    static final int LOAD_WORD = 0x40;

    static final int LOAD_HALF = 0x48;
    static final int LOAD_BYTE = 0x50;

    /** A = the packet's length. */
    static final int LOAD_LENGTH = 0x80;

    /** A = something that is beside the packet's bytes; its operand says what. */
    static final int LOAD_EXTENSION = 0x20;

    static final int LOAD_CONSTANT = 0x00;
    static final int LOAD_MEMORY = 0x60;
    static final int STORE = 0x02;

    /** X = four times the low half of the byte at a fixed offset: the length of an IP header. */
    static final int X_HEADER = 0xb1;

    static final int X_CONSTANT = 0x01;
    static final int X_MEMORY = 0x61;
    static final int STORE_X = 0x03;
    static final int X_FROM_A = 0x07;
    static final int ADD_X = 0x0c;
    static final int SUBTRACT_X = 0x1c;
    static final int XOR_X = 0xac;
    static final int SUBTRACT = 0x14;
    static final int MULTIPLY = 0x24;
    static final int REMAINDER = 0x94;
    static final int AND = 0x54;
    static final int SHIFT_LEFT = 0x64;
    static final int SHIFT_RIGHT = 0x74;
    static final int IF_EQUAL = 0x15;
    static final int IF_NOT_LESS = 0x35;
    static final int IF_ANY_BIT = 0x45;

    /** A against X. */
    static final int IF_NOT_LESS_X = 0x3d;

    static final int RETURN = 0x06;
    static final int RETURN_A = 0x16;

    private Op() {}
  }

  /** Each packet for the socket is asked about: 0 drops it, other numbers are bytes to keep. */
  public void attach(Fd socket) {
    attach(socket, SO_ATTACH_FILTER);
  }

  /**
   * Each datagram for the sockets that share the port is asked about, its payload at offset 0: the
   * answer is the number of the socket, in the order in which they were bound.
   */
  void chooseSocket(Fd one) {
    attach(one, SO_ATTACH_REUSEPORT_CBPF);
  }

  private void attach(Fd socket, int option) {
    ByteBuffer code = code();
    ByteBuffer program = Libc.buffer(PROGRAM).putShort(0, (short) instructions.size());
    program.putLong(8, PacketLibc.address(code));
    try {
      Libc.setOption(socket, Libc.SOL_SOCKET, option, program);
    } finally {
      // Until here the kernel reads what the number points to.
      Reference.reachabilityFence(code);
    }
  }

  /** As the kernel reads it, in native byte order. */
  ByteBuffer code() {
    ByteBuffer code = Libc.buffer(instructions.size() * INSTRUCTION);
    for (Instruction i : instructions) {
      code.putShort((short) i.code()).put((byte) i.ifTrue()).put((byte) i.ifFalse());
      code.putInt(i.value());
    }
    return code.flip();
  }

  /** Puts a program together; jumps name the place that they lead to. */
  static final class Builder {
    private record Step(int code, int value, String ifTrue, String ifFalse) {}

    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    Builder add(int code, int value) {
      steps.add(new Step(code, value, "", ""));
      return this;
    }

    Builder add(int code) {
      return add(code, 0);
    }

    /** An empty name is the next step. */
    Builder jump(int code, int value, String ifTrue, String ifFalse) {
      steps.add(new Step(code, value, ifTrue, ifFalse));
      return this;
    }

    /** Names the next step. */
    Builder place(String name) {
      places.put(name, steps.size());
      return this;
    }

    SocketFilter build() {
      var built = new ArrayList<Instruction>();
      for (int at = 0; at < steps.size(); at++) {
        Step step = steps.get(at);
        built.add(
            new Instruction(
                step.code, distance(at, step.ifTrue), distance(at, step.ifFalse), step.value));
      }
      return new SocketFilter(built);
    }

    private int distance(int at, String name) {
      return name.isEmpty() ? 0 : Objects.requireNonNull(places.get(name)) - at - 1;
    }
  }
}
