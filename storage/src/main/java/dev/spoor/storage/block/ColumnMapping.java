package dev.spoor.storage.block;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which attributes of a vParquet4 block stand in columns of their own.
///
/// The list that decides this is the same one that goes into meta.json: entries that the version
/// has no column for are taken out first, since a reader counts places in the list it is given.
///
/// @param dedicated what meta.json says
/// @param resourceSlots by attribute name: [#SERVICE_NAME], then the static columns in the order of
///   the schema, then the dedicated ones
/// @param spanSlots by attribute name: [#HTTP_METHOD], [#HTTP_URL], [#HTTP_STATUS_CODE], then the
///   dedicated ones
record ColumnMapping(
    List<DedicatedColumn> dedicated,
    Map<String, Integer> resourceSlots,
    Map<String, Integer> spanSlots) {

  static final int SERVICE_NAME = 0;
  static final int RESOURCE_STATICS = 1;
  static final int RESOURCE_DEDICATED = 9;
  static final int RESOURCE_SLOTS = 19;

  static final int HTTP_METHOD = 0;
  static final int HTTP_URL = 1;
  static final int SPAN_DEDICATED = 2;

  /// String columns of a span.
  static final int SPAN_SLOTS = 12;

  /// The one column of a span that holds integers.
  static final int HTTP_STATUS_CODE = SPAN_SLOTS;

  private static final int SPARE_COLUMNS = 10;

  private static final List<String> RESOURCE_NAMES =
      List.of(
          "service.name",
          "cluster",
          "namespace",
          "pod",
          "container",
          "k8s.cluster.name",
          "k8s.namespace.name",
          "k8s.pod.name",
          "k8s.container.name");
  private static final List<String> SPAN_NAMES = List.of("http.method", "http.url");
  private static final String STATUS_CODE_NAME = "http.status_code";

  /// What the block version keeps of a configured list: string columns of resource and span,
  /// without options, whose name has no static column, ten of each at most, each name once.
  static ColumnMapping vParquet4(List<DedicatedColumn> configured) {
    List<DedicatedColumn> kept = new ArrayList<>();
    Map<String, Integer> resourceSlots = new HashMap<>();
    Map<String, Integer> spanSlots = new HashMap<>();
    for (String name : RESOURCE_NAMES) {
      resourceSlots.put(name, resourceSlots.size());
    }
    for (String name : SPAN_NAMES) {
      spanSlots.put(name, spanSlots.size());
    }
    spanSlots.put(STATUS_CODE_NAME, HTTP_STATUS_CODE);
    int resources = 0;
    int spans = 0;
    for (DedicatedColumn column : configured) {
      if (column.type() != DedicatedColumn.Type.STRING || !column.options().isEmpty()) {
        continue;
      }
      switch (column.scope()) {
        case RESOURCE -> {
          if (resources < SPARE_COLUMNS && !resourceSlots.containsKey(column.name())) {
            resourceSlots.put(column.name(), RESOURCE_DEDICATED + resources++);
            kept.add(column);
          }
        }
        case SPAN -> {
          if (spans < SPARE_COLUMNS && !spanSlots.containsKey(column.name())) {
            spanSlots.put(column.name(), SPAN_DEDICATED + spans++);
            kept.add(column);
          }
        }
        case EVENT -> {}
      }
    }
    return new ColumnMapping(kept, resourceSlots, spanSlots);
  }

  /// The list that applies when nothing is configured.
  static List<DedicatedColumn> defaults() {
    return List.of(
        DedicatedColumn.ofSpan("http.request.method"),
        DedicatedColumn.ofSpan("url.path"),
        DedicatedColumn.ofSpan("url.route"),
        DedicatedColumn.ofSpan("server.address"),
        DedicatedColumn.ofSpan("http.route"));
  }
}
