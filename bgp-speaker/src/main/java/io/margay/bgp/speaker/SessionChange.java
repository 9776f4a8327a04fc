package io.margay.bgp.speaker;

import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.PeerKind;
import io.margay.foundation.addr.Ip;
import java.util.Optional;

/**
 * A session's step.
 *
 * @param phase where it is now
 * @param cause why it went down; empty when it came up
 * @param detail for people: the NOTIFICATION's text, the kernel's words
 */
public record SessionChange(
    String peer,
    PeerKind kind,
    Ip address,
    SessionPhase phase,
    Optional<DownCause> cause,
    String detail) {}
