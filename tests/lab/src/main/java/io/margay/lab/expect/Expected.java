package io.margay.lab.expect;

/**
 * What the API's text says about a connection.
 *
 * @param why the policies that open both ends, or the side that is closed and by whom
 */
public record Expected(boolean allowed, String why) {}
