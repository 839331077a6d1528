package dev.spoor.api;

import dev.spoor.listener.Request;
import dev.spoor.listener.Response;

/// The form of an answer that a request asks for.
enum Accept {
  JSON,
  PROTOBUF,
  LLM;

  static final String LLM_JSON = "application/vnd.grafana.llm+json";

  String contentType() {
    return switch (this) {
      case JSON -> Response.JSON;
      case PROTOBUF -> Response.PROTOBUF;
      case LLM -> LLM_JSON;
    };
  }

  /// By substring, in this order; JSON when nothing fits.
  static Accept of(Request request) {
    String accept = request.header("accept").orElse("");
    if (accept.contains("application/protobuf")) {
      return PROTOBUF;
    }
    if (accept.contains("application/json")) {
      return JSON;
    }
    return accept.contains("application/vnd.grafana.llm") ? LLM : JSON;
  }
}
