package dev.spoor.wire.otlp;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;

/// How many spans the body of an OTLP trace export holds, by a walk that looks into none of them.
///
/// It costs a small part of what [OtlpDecoder] does. What is around the spans is walked as it does;
/// what is in them may be malformed all the same.
public final class SpanCount {

  private SpanCount() {}

  /// @throws MalformedProtoException also when there are more than [OtlpDecoder#MAX_SPANS]
  public static int of(Bytes body) throws MalformedProtoException {
    ProtoReader reader = new ProtoReader(body);
    int spans = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == OtlpTags.REQUEST_RESOURCE_SPANS) {
        int outer = reader.enter();
        spans = resourceSpans(reader, spans);
        reader.leave(outer);
      } else {
        reader.skip(tag);
      }
    }
    return spans;
  }

  private static int resourceSpans(ProtoReader reader, int before) throws MalformedProtoException {
    int spans = before;
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == OtlpTags.RESOURCE_SPANS_SCOPE_SPANS) {
        int outer = reader.enter();
        spans = scopeSpans(reader, spans);
        reader.leave(outer);
      } else {
        reader.skip(tag);
      }
    }
    return spans;
  }

  private static int scopeSpans(ProtoReader reader, int before) throws MalformedProtoException {
    int spans = before;
    while (reader.hasMore()) {
      int at = reader.position();
      int tag = reader.tag();
      reader.skip(tag);
      if (tag == OtlpTags.SCOPE_SPANS_SPANS && ++spans > OtlpDecoder.MAX_SPANS) {
        throw reader.malformed(at, "there are more spans than " + OtlpDecoder.MAX_SPANS);
      }
    }
    return spans;
  }
}
