package io.margay.bgp.fsm;

/**
 * A TCP connection to the peer.
 *
 * @param id a number that no other connection of the speaker has
 * @param dialled by this side; else the peer came
 */
public record Link(int id, boolean dialled) {}
