package io.margay.lab.peer;

import io.margay.lab.place.Place;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import java.util.List;
import java.util.Map;

/** Starts the routers that are not ours; each one ends with its place. */
public final class Peers {
  private final LabPlan plan;
  private final Map<String, Place> places;

  public Peers(LabPlan plan, Map<String, Place> places) {
    this.plan = plan;
    this.places = Map.copyOf(places);
  }

  public void start() {
    startFrr(place(LabPlan.ROUTER));
    startGobgp(place(LabPlan.WATCHER));
    for (NodePlan node : plan.birdNodes()) {
      startBird(node, place(node.name()));
    }
  }

  private void startFrr(Place router) {
    router.write("/etc/frr/zebra.conf", FrrConfig.zebra());
    router.write("/etc/frr/bgpd.conf", FrrConfig.bgpd(plan));
    // Debian's vtysh wants one file for all daemons unless it is told otherwise.
    router.write("/etc/frr/vtysh.conf", "no service integrated-vtysh-config\n");
    router
        .run("sh", "-ec", "install -d -o frr -g frr /run/frr && chown -R frr:frr /etc/frr")
        .orThrow();
    for (String daemon : List.of("zebra", "bgpd")) {
      String conf = "/etc/frr/" + daemon + ".conf";
      router.run("/usr/lib/frr/" + daemon, "-d", "-f", conf, "-A", "127.0.0.1").orThrow();
    }
  }

  private void startGobgp(Place watcher) {
    watcher.write("/etc/gobgpd.toml", GobgpConfig.toml(plan));
    watcher
        .run(
            "sh",
            "-c",
            "setsid gobgpd -f /etc/gobgpd.toml -t toml --pprof-disable --log-plain"
                + " >/var/log/gobgpd.log 2>&1 </dev/null &")
        .orThrow();
  }

  private void startBird(NodePlan node, Place place) {
    place.write("/etc/bird/bird.conf", BirdConfig.conf(plan, node));
    place.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1").orThrow();
    place.run("install", "-d", "/run/bird").orThrow();
    place.run("bird", "-c", "/etc/bird/bird.conf", "-s", "/run/bird/bird.ctl").orThrow();
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalStateException("the lab has no place " + name);
    }
    return place;
  }
}
