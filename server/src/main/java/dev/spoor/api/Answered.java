package dev.spoor.api;

import dev.spoor.contract.QueryCost;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.wire.query.Answer;
import java.util.Optional;

/// The answer to a query, before it is known in which form it goes out.
///
/// @param partial why it may be incomplete
record Answered<A extends Answer>(A body, QueryCost cost, Optional<String> partial) {

  /// An answer that needed no look at any span.
  static <A extends Answer> Answered<A> known(A body) {
    return new Answered<>(body, QueryCost.NONE, Optional.empty());
  }

  /// In protobuf for those who ask for it, else in JSON.
  Response as(Request request) {
    return with(
        request,
        Accept.of(request) == Accept.PROTOBUF ? Answers.protobuf(body) : Answers.json(body));
  }

  /// Says in headers what it cost, and why it may be incomplete; see [Answers#with].
  Response with(Request request, Response response) {
    return Answers.with(request, response, cost, partial);
  }
}
