package dev.spoor.api;

import dev.spoor.contract.QueryCost;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.wire.query.Answer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What all answers of queries have in common.
final class Answers {

  private static final String COST = "spoor-cost";
  private static final String PARTIAL = "spoor-partial";
  private static final int LONGEST_HEADER = 1000;

  private Answers() {}

  static Response json(Answer body) {
    return Response.of(Response.JSON, body.toJson());
  }

  static Response protobuf(Answer body) {
    return Response.of(Response.PROTOBUF, body.toProtobuf());
  }

  /// Says in headers what an answer cost, and why it may be incomplete. With `explain=true` in the
  /// request the body is that in detail, whatever the answer is.
  static Response with(Request request, Response answer, QueryCost cost, Optional<String> partial) {
    Response response = ExplainAnswers.wanted(request) ? ExplainAnswers.of(cost, partial) : answer;
    Response costed = response.with(COST, cost.headerText());
    return partial.map(reason -> costed.with(PARTIAL, headerText(reason))).orElse(costed);
  }

  /// The same as trailing metadata.
  static Map<String, String> trailers(QueryCost cost, Optional<String> partial) {
    Map<String, String> trailers = new HashMap<>();
    trailers.put(COST, cost.headerText());
    partial.ifPresent(reason -> trailers.put(PARTIAL, headerText(reason)));
    return trailers;
  }

  /// On one line, in ASCII.
  private static String headerText(String text) {
    StringBuilder line = new StringBuilder();
    text.chars()
        .limit(LONGEST_HEADER)
        .forEach(c -> line.append(c >= ' ' && c <= '~' ? (char) c : ' '));
    return line.toString();
  }
}
