package dev.spoor.testkit.fleet;

import java.util.List;

/// One export.
///
/// @param body `ExportTraceServiceRequest`
/// @param spans what is in it
public record FleetRequest(byte[] body, List<SpanRef> spans) {}
