package io.margay.cni.verb;

import io.margay.cni.veth.VethWiring;
import io.margay.foundation.time.Clock;
import java.time.InstantSource;

/**
 * What the verbs work with.
 *
 * @param clock of all deadlines
 * @param calendar for the timestamp beside an address
 */
public record NodeServices(
    VerbSettings settings,
    Endpoints endpoints,
    Addresses addresses,
    VethWiring veth,
    CniMeter meter,
    Clock clock,
    InstantSource calendar) {}
