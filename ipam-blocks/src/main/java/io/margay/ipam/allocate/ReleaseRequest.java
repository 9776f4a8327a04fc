package io.margay.ipam.allocate;

import io.margay.foundation.addr.Ip;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One address to be freed, unless it is somebody else's by now.
 *
 * @param handle whose it must still be
 * @param sequenceNumber of the allocation that is meant
 */
public record ReleaseRequest(Ip ip, Optional<String> handle, OptionalLong sequenceNumber) {}
