package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.PodKey;
import io.margay.tunnel.plan.Way;

/** Why a destination has no route for now. */
public sealed interface Missing {
  /** The host end of a pod of this node is not up. */
  record PodInterfaceDown(PodKey pod, String device) implements Missing {}

  /** Nothing leads to the next hop that BGP gives. */
  record NextHopUnreached(Ip nextHop) implements Missing {}

  /** The gateway that a BGPPeer gives (reachableBy) is on no link of this node. */
  record GatewayOffLink(Ip gateway, String bgpPeer) implements Missing {}

  /** BGP brings a route, but the pool's routes come from block affinities, and none leads there. */
  record NoAffinity(Prefix destination) implements Missing {}

  /** The device that it would leave by is not up. */
  record DeviceDown(String device) implements Missing {}

  /** BGP has not brought the route to a block of that node. */
  record NotFromBgp(NodeName node) implements Missing {}

  /** Without BGP only what is on a link of this node is reached as it is. */
  record NotOnLink(NodeName node, Ip address) implements Missing {}

  /** The API server has no node of that name. */
  record UnknownNode(NodeName node) implements Missing {}

  /** The node has no address of the family. */
  record NoNodeAddress(NodeName node, Family family) implements Missing {}

  /** The destination lies in no pool, and nothing but BGP would bring a route to it. */
  record NoPool(NodeName node) implements Missing {}

  /** There is no way to the node that the pool allows. */
  record NoWay(NodeName node, Way.Reason why) implements Missing {}

  /** This node has no device with its own address. */
  record NoUplink(Family family) implements Missing {}

  /** One line for people. */
  default String text() {
    return switch (this) {
      case PodInterfaceDown(PodKey pod, String device) ->
          "pod " + pod + ": " + device + " is not up";
      case NextHopUnreached(Ip nextHop) -> "no route to " + nextHop;
      case GatewayOffLink(Ip gateway, String peer) ->
          "gateway " + gateway + " of BGPPeer " + peer + " is on no link";
      case NoAffinity _ -> "not by BGP: its pool uses VXLAN, and no node has an affinity to it";
      case DeviceDown(String device) -> device + " is not up yet";
      case NotFromBgp(NodeName node) -> "node " + node + ": BGP has not brought it";
      case NotOnLink(NodeName node, Ip address) ->
          "node " + node + ": " + address + " is on no link of this node, and there is no BGP";
      case UnknownNode(NodeName node) -> "node " + node + " is not there";
      case NoNodeAddress(NodeName node, Family family) ->
          "node " + node + " has no " + word(family) + " address";
      case NoPool(NodeName node) -> "node " + node + ": in no pool";
      case NoWay(NodeName node, Way.Reason why) -> "node " + node + ": " + RouteCause.words(why);
      case NoUplink(Family family) ->
          "this node has no device with its " + word(family) + " address";
    };
  }

  private static String word(Family family) {
    return family == Family.IPV4 ? "IPv4" : "IPv6";
  }
}
