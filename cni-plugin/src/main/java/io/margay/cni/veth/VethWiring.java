package io.margay.cni.veth;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NewLink;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.kernel.sysctl.Sysctl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Makes, brings up, removes and inspects pairs. Any thread may call; the work is done by the {@link
 * NetnsPool}, since it waits for the kernel and enters namespaces.
 */
public final class VethWiring {
  private static final EventLog LOG = EventLog.of(VethWiring.class);

  private final NetnsPool pool;
  private final String prefix;

  /**
   * A wiring that calls by {@code prefix} ({@code cali}) what is its own on the node: of anything
   * else it keeps its hands off.
   */
  public VethWiring(NetnsPool pool, String prefix) {
    this.pool = pool;
    this.prefix = prefix;
  }

  /** What is there before an ADD. */
  public Sandbox look(String netns, String ifName, String hostName) {
    return pool.call(() -> {
      if (isOwnNamespace(netns)) {
        return new Sandbox.Host(netns);
      }
      Optional<Netns> found = Netns.find(Path.of(netns));
      if (found.isEmpty()) {
        return new Sandbox.Gone(netns);
      }
      try (Netns namespace = found.get();
          Rtnl host = Rtnl.open()) {
        return look(host, namespace, ifName, hostName);
      }
    });
  }

  /** Makes a pair; an older one of the same name, which another sandbox left, is replaced. */
  public Wired make(VethPlan plan) {
    return pool.call(() -> {
      Optional<Netns> found = Netns.find(Path.of(plan.netns()));
      if (found.isEmpty()) {
        return new Wired.Gone(plan.netns());
      }
      try (Netns namespace = found.get();
          Rtnl host = Rtnl.open()) {
        return make(host, namespace, plan);
      }
    });
  }

  /** Brings the node's end up. */
  public Change up(String hostName) {
    return pool.call(() -> {
      try (Rtnl host = Rtnl.open()) {
        Optional<LinkEntry> link = host.link(hostName);
        if (link.isEmpty()) {
          return new Change.Refused(hostName + " is gone");
        }
        // Something on the node (udev's MACAddressPolicy) may have given it another one.
        if (!link.get().mac().equals(Optional.of(HostInterface.MAC))) {
          host.run(new LinkRequest.SetMac(link.get().index(), HostInterface.MAC));
        }
        host.run(new LinkRequest.SetUp(link.get().index(), true));
        return new Change.Done();
      } catch (KernelException e) {
        return new Change.Refused(words(e));
      }
    });
  }

  /**
   * Removes the pair of a container; what is not there is no error. Only a pair whose other end is
   * on the node under our prefix is touched: behind a path with a process id may be another
   * container by now, or the node itself.
   */
  public Change remove(String netns, String ifName) {
    return pool.call(() -> {
      if (isOwnNamespace(netns)) {
        LOG.warn("cni.del.skipped", "netns", netns, "why", "it is the node's own namespace");
        return new Change.Done();
      }
      try {
        Optional<Netns> found = Netns.find(Path.of(netns));
        if (found.isEmpty()) {
          return new Change.Done();
        }
        try (Netns namespace = found.get();
            Rtnl host = Rtnl.open()) {
          return remove(host, namespace, ifName);
        }
      } catch (KernelException e) {
        return new Change.Refused(words(e));
      }
    });
  }

  /** Removes a pair by the node's end. */
  public Change removeHostEnd(String hostName) {
    return pool.call(() -> {
      try (Rtnl host = Rtnl.open()) {
        return switch (host.apply(new LinkRequest.DeleteNamed(hostName))) {
          case Ack.Ok _ -> new Change.Done();
          case Ack.Refused(int errno, _) when errno == Errno.ENODEV -> new Change.Done();
          case Ack.Refused refused -> new Change.Refused(hostName + ": " + refused);
        };
      }
    });
  }

  /** What of a pair is not as it was made; nothing when all is. */
  public List<String> inspect(VethPlan plan) {
    return pool.call(() -> {
      Optional<Netns> found = Netns.find(Path.of(plan.netns()));
      if (found.isEmpty()) {
        return List.of("there is no network namespace at " + plan.netns());
      }
      try (Netns namespace = found.get();
          Rtnl host = Rtnl.open();
          Rtnl container = Rtnl.in(namespace)) {
        return VethInspection.of(plan, host, container);
      }
    });
  }

  private static Sandbox look(Rtnl host, Netns namespace, String ifName, String hostName) {
    Optional<LinkEntry> hostEnd = host.link(hostName);
    try (Rtnl container = Rtnl.in(namespace)) {
      Optional<LinkEntry> taken = container.link(ifName);
      if (taken.isPresent()) {
        return hostEnd.filter(end -> paired(end, taken.get())).isPresent()
            ? new Sandbox.Earlier()
            : new Sandbox.Occupied(ifName + " (" + taken.get().kind() + ") that is not ours");
      }
      // Multus may ask for a second interface of a pod: the node's name for it is taken.
      return container.links().entries().stream()
          .filter(link -> hostEnd.filter(end -> paired(end, link)).isPresent())
          .<Sandbox>map(link -> new Sandbox.Occupied(link.name() + " of the same pod"))
          .findFirst()
          .orElseGet(Sandbox.Clear::new);
    }
  }

  private static Wired make(Rtnl host, Netns namespace, VethPlan plan) {
    Ack made = create(host, namespace, plan);
    if (made.is(Errno.EEXIST)) {
      Optional<LinkEntry> older = host.link(plan.hostName());
      if (older.isPresent() && older.get().kind().equals("veth")) {
        LOG.info("cni.veth.replaced", "interface", plan.hostName(), "why", "older sandbox");
        host.run(new LinkRequest.Delete(older.get().index()));
        made = create(host, namespace, plan);
      }
    }
    if (made instanceof Ack.Refused refused) {
      return new Wired.Refused("veth " + plan.hostName() + ": " + refused);
    }
    try {
      configureHost(host, plan);
      return new Wired.Made(namespace.call(() -> configureContainer(plan)));
    } catch (KernelException e) {
      host.apply(new LinkRequest.DeleteNamed(plan.hostName()));
      return new Wired.Refused(words(e));
    }
  }

  private static Ack create(Rtnl host, Netns namespace, VethPlan plan) {
    var peer =
        new NewLink.Peer(plan.ifName(), plan.mac(), plan.mtu(), OptionalInt.of(namespace.fd()));
    var pair = new NewLink.Veth(plan.hostName(), Optional.of(HostInterface.MAC), plan.mtu(), peer);
    return host.apply(new LinkRequest.Create(pair));
  }

  private static void configureHost(Rtnl host, VethPlan plan) {
    boolean ipv6 = plan.has(Family.IPV6);
    set(VethSettings.ofHost(plan.hostName(), plan.has(Family.IPV4), ipv6));
    if (ipv6) {
      // The kernel makes the same of the MAC, unless the node's defaults say another mode.
      int index = index(host, plan.hostName());
      var linkLocal = new InterfaceAddress(HostInterface.LINK_LOCAL, 64);
      host.run(new AddressRequest.Replace(AddressEntry.of(index, linkLocal)));
    }
  }

  // Inside of the container's namespace, on a thread of its own.
  private static Mac configureContainer(VethPlan plan) {
    try (Rtnl container = Rtnl.open()) {
      set(VethSettings.ofContainer(plan));
      container.run(new LinkRequest.SetUp(index(container, "lo"), true));
      int index = index(container, plan.ifName());
      container.run(new LinkRequest.SetUp(index, true));
      VethSettings.routes(plan, index).forEach(r -> container.run(new RouteRequest.Replace(r)));
      for (var ip : plan.addresses()) {
        var address = new InterfaceAddress(ip, ip.family().bits());
        container.run(new AddressRequest.Replace(AddressEntry.of(index, address)));
      }
      return container
          .link(plan.ifName())
          .flatMap(LinkEntry::mac)
          .orElseThrow(() -> new KernelException("link show " + plan.ifName(), Errno.ENODEV));
    }
  }

  private Change remove(Rtnl host, Netns namespace, String ifName) {
    try (Rtnl container = Rtnl.in(namespace)) {
      Optional<LinkEntry> link = container.link(ifName);
      if (link.isEmpty()) {
        return new Change.Done();
      }
      Optional<LinkEntry> hostEnd =
          host.links().entries().stream()
              .filter(end -> paired(end, link.get()) && end.name().startsWith(prefix))
              .findFirst();
      if (hostEnd.isEmpty()) {
        LOG.warn("cni.del.skipped", "netns", namespace, "interface", ifName, "why", "not ours");
        return new Change.Done();
      }
      return switch (host.apply(new LinkRequest.Delete(hostEnd.get().index()))) {
        case Ack.Ok _ -> new Change.Done();
        case Ack.Refused(int errno, _) when errno == Errno.ENODEV -> new Change.Done();
        case Ack.Refused refused -> new Change.Refused(hostEnd.get().name() + ": " + refused);
      };
    }
  }

  private static String words(KernelException e) {
    return String.valueOf(e.getMessage());
  }

  private static boolean paired(LinkEntry host, LinkEntry container) {
    return host.kind().equals("veth")
        && container.kind().equals("veth")
        && host.parent() == container.index()
        && container.parent() == host.index();
  }

  private static int index(Rtnl rtnl, String name) {
    return rtnl.link(name)
        .map(LinkEntry::index)
        .orElseThrow(() -> new KernelException("link show " + name, Errno.ENODEV));
  }

  private static void set(List<VethSettings.Setting> settings) {
    for (var setting : settings) {
      if (setting.required()) {
        Sysctl.write(setting.name(), setting.value());
      } else {
        Sysctl.writeIfPresent(setting.name(), setting.value());
      }
    }
  }

  // A namespace is known by its inode; a path that leads nowhere is nobody's.
  private static boolean isOwnNamespace(String netns) {
    return inode(Path.of(netns)).equals(inode(Path.of("/proc/thread-self/ns/net")));
  }

  private static Optional<Object> inode(Path path) {
    try {
      return Files.exists(path)
          ? Optional.of(Files.readAttributes(path, "unix:ino,dev"))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
