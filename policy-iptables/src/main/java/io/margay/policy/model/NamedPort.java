package io.margay.policy.model;

/** A port that a workload gives a name. */
public record NamedPort(String name, Protocol protocol, int port) {}
