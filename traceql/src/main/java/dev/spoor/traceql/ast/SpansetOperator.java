package dev.spoor.traceql.ast;

import org.jspecify.annotations.Nullable;

/// An operator between two sets of spans of one trace.
///
/// @see Relation
public enum SpansetOperator {
  AND("&&", null, Form.BOTH),
  OR("||", null, Form.BOTH),
  CHILD(">", Relation.CHILD, Form.PLAIN),
  DESCENDANT(">>", Relation.DESCENDANT, Form.PLAIN),
  PARENT("<", Relation.PARENT, Form.PLAIN),
  ANCESTOR("<<", Relation.ANCESTOR, Form.PLAIN),
  SIBLING("~", Relation.SIBLING, Form.PLAIN),
  NOT_CHILD("!>", Relation.CHILD, Form.NEGATED),
  NOT_DESCENDANT("!>>", Relation.DESCENDANT, Form.NEGATED),
  NOT_PARENT("!<", Relation.PARENT, Form.NEGATED),
  NOT_ANCESTOR("!<<", Relation.ANCESTOR, Form.NEGATED),
  NOT_SIBLING("!~", Relation.SIBLING, Form.NEGATED),
  UNION_CHILD("&>", Relation.CHILD, Form.UNION),
  UNION_DESCENDANT("&>>", Relation.DESCENDANT, Form.UNION),
  UNION_PARENT("&<", Relation.PARENT, Form.UNION),
  UNION_ANCESTOR("&<<", Relation.ANCESTOR, Form.UNION),
  UNION_SIBLING("&~", Relation.SIBLING, Form.UNION);

  private final String text;
  private final @Nullable Relation relation;
  private final Form form;

  SpansetOperator(String text, @Nullable Relation relation, Form form) {
    this.text = text;
    this.relation = relation;
    this.form = form;
  }

  public String text() {
    return text;
  }

  /// Null for [#AND] and [#OR].
  public @Nullable Relation relation() {
    return relation;
  }

  public Form form() {
    return form;
  }

  /// What a span of the right side is to one of the left side.
  public enum Relation {
    CHILD,
    DESCENDANT,
    PARENT,
    ANCESTOR,
    /// A span is no sibling of itself.
    SIBLING
  }

  /// Which spans the operator gives.
  public enum Form {
    /// Of both sides, and no relation is asked for.
    BOTH,
    /// The right side's that have the relation with some span of the left side.
    PLAIN,
    /// The right side's that have it with none.
    NEGATED,
    /// The plain ones, and the left side's that took part.
    UNION
  }
}
