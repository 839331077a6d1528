package dev.spoor.api;

import dev.spoor.contract.Explanation;
import dev.spoor.contract.QueryCost;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.wire.json.JsonWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a query cost and why, as JSON: the answer to `explain=true`, in place of the answer proper.
/// Clients that decode answers strictly never meet it, since it has a content type of its own.
final class ExplainAnswers {

  static final String CONTENT_TYPE = "application/vnd.spoor.explain+json";

  private ExplainAnswers() {}

  static boolean wanted(Request request) {
    return request.parameter("explain").filter(value -> value.equals("true")).isPresent();
  }

  static Response of(QueryCost cost, Optional<String> partial) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    partial.ifPresent(reason -> json.name("partial").string(reason));
    Explanation explanation = cost.explanation();
    plan(explanation.plan(), json);
    blocks(cost, json);
    json.name("cost");
    cost(cost.fetch(), json);
    stages(explanation, json);
    budget(explanation.budget(), json);
    jobs(explanation.jobs(), json);
    json.endObject();
    return Response.of(CONTENT_TYPE, json.finish().toArray());
  }

  private static void plan(List<Explanation.Plan> plan, JsonWriter json) {
    json.name("plan").beginArray();
    for (Explanation.Plan part : plan) {
      json.beginObject().stringUnlessEmpty("query", part.query());
      json.name("conditions");
      strings(part.conditions(), json);
      json.name("spansMustSatisfy")
          .string(
              part.conditions().isEmpty()
                  ? "nothing"
                  : part.allConditions() ? "all" : "at least one");
      json.name("columns");
      strings(part.columns(), json);
      part.secondPass().ifPresent(why -> json.name("secondPass").string(why));
      json.endObject();
    }
    json.endArray();
  }

  private static void blocks(QueryCost cost, JsonWriter json) {
    json.name("blocks").beginObject();
    json.name("lookedInto").number(cost.blocks());
    json.name("bytes").number(cost.blockBytes());
    json.name("skipped").beginArray();
    for (Explanation.Skipped skipped : cost.explanation().skipped()) {
      json.beginObject().name("reason").string(skipped.reason());
      json.name("blocks").number(skipped.count()).name("examples");
      strings(skipped.examples(), json);
      json.endObject();
    }
    json.endArray().endObject();
  }

  private static void cost(FetchCost cost, JsonWriter json) {
    json.beginObject().name("bytesRead").number(cost.bytesRead());
    json.name("rowGroups").beginObject().name("read").number(cost.rowGroupsRead());
    json.name("skippedByTime").number(cost.rowGroupsOutOfTime());
    json.name("skippedByDictionary")
        .number(cost.rowGroupsSkipped() - cost.rowGroupsOutOfTime())
        .endObject();
    json.name("batchesSkippedByValues").number(cost.batchesSkipped());
    json.name("pages").beginObject().name("read").number(cost.pagesRead());
    json.name("skipped").number(cost.pagesSkipped()).endObject();
    json.name("traces").number(cost.traces()).name("spans").number(cost.spans()).endObject();
  }

  private static void stages(Explanation explanation, JsonWriter json) {
    json.name("stages").beginArray();
    for (Explanation.Stage stage : explanation.stages()) {
      json.beginObject().name("name").string(stage.name());
      json.name("milliseconds").number(millis(stage.took())).endObject();
    }
    json.endArray();
  }

  private static void budget(Explanation.Budget budget, JsonWriter json) {
    json.name("budget").beginObject().name("milliseconds").number(millis(budget.took()));
    limit("maxMilliseconds", budget.maxTime().toMillis(), json);
    json.name("bytesRead").number(budget.bytesRead());
    limit("maxBytes", budget.maxBytes(), json);
    json.name("peakMemory").number(budget.peakMemory());
    limit("maxMemory", budget.maxMemory(), json);
    budget.stop().ifPresent(stop -> json.name("spent").string(stop.message()));
    json.endObject();
  }

  private static void limit(String name, long limit, JsonWriter json) {
    if (limit > 0) {
      json.name(name).number(limit);
    }
  }

  private static void jobs(List<Explanation.Job> jobs, JsonWriter json) {
    json.name("jobs").beginArray();
    for (Explanation.Job job : jobs) {
      json.beginObject().name("name").string(job.name());
      json.name("outcome").string(job.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '));
      json.stringUnlessEmpty("detail", job.detail());
      json.name("beganAtMilliseconds").number(millis(job.began()));
      json.name("milliseconds").number(millis(job.took())).name("cost");
      cost(job.cost(), json);
      json.endObject();
    }
    json.endArray();
  }

  private static void strings(List<String> texts, JsonWriter json) {
    json.beginArray();
    texts.forEach(json::string);
    json.endArray();
  }

  private static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }
}
