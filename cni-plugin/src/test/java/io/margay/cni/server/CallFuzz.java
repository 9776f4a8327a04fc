package io.margay.cni.server;

import io.margay.cni.protocol.Answer;
import io.margay.cni.protocol.RequestReader;
import java.nio.ByteBuffer;

/** A call as the shim or a file of the queue brings it: a request, or an error in words. */
public final class CallFuzz {
  private CallFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    Frame.decode(ByteBuffer.wrap(input))
        .map(RequestReader::read)
        .ifPresent(read -> {
          switch (read) {
            case RequestReader.Read.Good _ -> {}
            case RequestReader.Read.Refused(var version, var error) ->
                Answer.of(error, version).text();
          }
        });
  }
}
