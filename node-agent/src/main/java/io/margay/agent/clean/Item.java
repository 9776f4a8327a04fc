package io.margay.agent.clean;

/**
 * Something of ours on the node.
 *
 * @param kind what it is, in a word
 * @param name as its own program shows it
 * @param why it counts as ours
 */
record Item(String kind, String name, String why) {}
