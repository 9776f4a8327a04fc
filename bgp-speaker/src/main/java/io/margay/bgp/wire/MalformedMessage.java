package io.margay.bgp.wire;

/** Something that cannot be read and ends the session; the answer says what is wrong. */
public record MalformedMessage(NotificationMessage answer) implements BgpMessage {}
