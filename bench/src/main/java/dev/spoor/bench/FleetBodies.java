package dev.spoor.bench;

import dev.spoor.testkit.fleet.FleetRequest;
import dev.spoor.testkit.fleet.FleetTraffic;
import java.util.ArrayList;
import java.util.List;

/// Requests of the fleet, in memory.
///
/// @param bodies `ExportTraceServiceRequest` each
record FleetBodies(List<byte[]> bodies, long spans, long bytes) {

  FleetBodies {
    bodies = List.copyOf(bodies);
  }

  /// About so many spans, all of their traces whole.
  static FleetBodies of(long spans, long seed) {
    return of(spans, seed, LoadPlan.SPANS_PER_TRACE);
  }

  static FleetBodies of(long spans, long seed, int spansPerTrace) {
    FleetTraffic traffic =
        new FleetTraffic(
            seed,
            () -> System.currentTimeMillis() * 1_000_000,
            spansPerTrace,
            LoadPlan.SPANS_PER_REQUEST);
    List<byte[]> bodies = new ArrayList<>();
    long count = 0;
    while (count < spans) {
      FleetRequest request = traffic.next();
      bodies.add(request.body());
      count += request.spans().size();
    }
    for (FleetRequest request : traffic.rest()) {
      bodies.add(request.body());
      count += request.spans().size();
    }
    return new FleetBodies(bodies, count, bodies.stream().mapToLong(body -> body.length).sum());
  }
}
