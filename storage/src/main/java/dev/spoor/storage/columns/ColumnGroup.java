package dev.spoor.storage.columns;

/// Columns that are stored and read together. A batch that was read in part has only the groups
/// that were asked for; trace ids and the places of their spans are always there.
public enum ColumnGroup {
  /// The dictionary.
  STRINGS,
  /// Span ids.
  SPAN_IDS,
  /// Parent span ids and whether there is one. Brings `SPAN_IDS` along.
  PARENTS,
  /// Starts and ends of spans.
  TIMES,
  NAMES,
  KINDS,
  STATUS_CODES,
  STATUS_MESSAGES,
  TRACE_STATES,
  /// How many attributes, events and links of spans were dropped.
  DROPPED,
  SPAN_ATTRIBUTES,
  /// Which resource a span has, and the resources.
  RESOURCES,
  /// Which scope a span has, and the scopes.
  SCOPES,
  /// Where the events of a span are, and all of them but their attributes. Brings `TIMES` along.
  EVENTS,
  /// Brings `EVENTS` along.
  EVENT_ATTRIBUTES,
  /// Where the links of a span are, and all of them but their attributes.
  LINKS,
  /// Brings `LINKS` along.
  LINK_ATTRIBUTES
}
