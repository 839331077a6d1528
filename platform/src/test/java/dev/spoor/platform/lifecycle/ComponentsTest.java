package dev.spoor.platform.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Starting and closing several components.
class ComponentsTest {

  private final List<String> happened = new ArrayList<>();

  @Test
  void theyAreClosedInTheOppositeOrder() throws Exception {
    try (Components all = new Components(List.of(component("a"), component("b")))) {
      all.start();
    }
    assertThat(happened).containsExactly("start a", "start b", "close b", "close a");
  }

  @Test
  void whenOneFailsThoseBeforeItAreClosedAgain() {
    Components all =
        new Components(
            List.of(
                component("a"),
                component(
                    "b",
                    () -> {
                      throw new IllegalArgumentException("no");
                    }),
                component("c")));
    assertThatThrownBy(all::start).isInstanceOf(IllegalArgumentException.class);
    assertThat(happened).containsExactly("start a", "start b", "close b", "close a");
  }

  /// As a signal does on its own thread.
  @Test
  void whoClosesThemWhileTheyStartKeepsTheRestFromStarting() {
    List<Components> all = new ArrayList<>();
    all.add(
        new Components(
            List.of(component("a"), component("b", () -> all.getFirst().close()), component("c"))));
    assertThatThrownBy(all.getFirst()::start).hasMessage("stopped while starting");
    assertThat(happened).containsExactly("start a", "start b", "close b", "close a");
  }

  private Component component(String name) {
    return component(name, () -> {});
  }

  private Component component(String name, Runnable starting) {
    return new Component() {
      @Override
      public void start() {
        happened.add("start " + name);
        starting.run();
      }

      @Override
      public void close() {
        happened.add("close " + name);
      }
    };
  }
}
