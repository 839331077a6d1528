package dev.spoor.app;

import dev.spoor.api.RingMember;
import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.util.List;
import java.util.stream.Collectors;

/// What dashboards ask of rings. Each has one member here.
final class RingMetrics {

  /// Of a member that was not heard of for too long; the only one hears itself.
  private static final String UNHEALTHY = "Unhealthy";

  RingMetrics(Metrics m, List<RingMember> members) {
    GaugeWithCallback.builder()
        .name("tempo_ring_members")
        .help("Members of a ring, by what they are doing.")
        .labelNames("name", "state")
        .callback(callback -> {
          for (RingMember member : members) {
            RingMember.State now = member.state().get();
            for (RingMember.State state : RingMember.State.values()) {
              callback.call(state == now ? 1 : 0, member.component(), state.name());
            }
            callback.call(0, member.component(), UNHEALTHY);
          }
        })
        .register(m.registry());
    m.gauge(
        "tempo_ring_tokens_total",
        "Tokens of all members of a ring.",
        "name",
        () ->
            members.stream()
                .collect(
                    Collectors.toMap(
                        RingMember::component, member -> (double) member.tokens().get().size())));
  }
}
