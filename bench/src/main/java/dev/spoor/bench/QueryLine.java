package dev.spoor.bench;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;

/// A line of the table of queries: what is asked, and what we hold ourselves to.
///
/// @param data which of the data it is asked of
/// @param text the query, or the path of a list of names; by the number of the question, so that
///   no two need be the same
/// @param limit most traces of a search
/// @param must milliseconds at the median
/// @param aim likewise
/// @param tempo what Tempo takes for data of this size, in milliseconds; 0 where that is not known
record QueryLine(
    Data data,
    Kind kind,
    String name,
    IntFunction<String> text,
    int limit,
    double must,
    double aim,
    double tempo) {

  /// What is asked for.
  enum Kind {
    SEARCH,
    METRICS,
    TAGS
  }

  /// What is asked.
  enum Data {
    /// Blocks of ours.
    BLOCKS,
    /// The same without files that Tempo does not write.
    FOREIGN,
    /// What came in the last minute, while more comes.
    LIVE
  }

  private static final String SERVER_ERRORS =
      "{ span.http.response.status_code >= 500 && duration > 200ms }";

  static final List<QueryLine> ALL =
      List.of(
          search("{ }", 20, 8, 2, 37),
          search("{ resource.service.name = \"payment\" && status = error }", 20, 12, 3, 87),
          search(SERVER_ERRORS, 20, 12, 3, 133),
          search(SERVER_ERRORS, 1000, 90, 20, 1850),
          of(
              Data.BLOCKS,
              "`{ span.user.id = \"u-…\" }`, a few hits",
              QueryLine::ofUser,
              50,
              8,
              619),
          of(
              Data.BLOCKS,
              "`{ span.user.id = \"u-…\" }`, absent",
              i -> ofUser(20_001 + i),
              5,
              1,
              41),
          search("{ span.url.path =~ \"/api/.*/397[13]\" }", 20, 30, 8, 190),
          search("{ span.url.path =~ \"/api/.*/4[0-9]{4}\" }", 20, 30, 8, 190),
          search(
              "{ resource.service.name = \"gateway\" } >> { resource.service.name = \"payment\" && status = error }",
              20,
              60,
              20,
              318),
          search(
              "{ resource.service.name = \"payment\" } >> { resource.service.name = \"gateway\" }",
              20,
              250,
              80,
              1369),
          search("{ status = error } | count() > 8", 20, 60, 20, 375),
          tags("/api/v2/search/tags", 7, 4, 134),
          tags("/api/v2/search/tag/resource.service.name/values", 4, 1, 70),
          metrics("{ } | rate() by (resource.service.name)", 90, 40, 525),
          metrics(
              "{ resource.service.name = \"cart\" } | quantile_over_time(duration, .5, .99)",
              90,
              40,
              451),
          metrics(
              "{ } | quantile_over_time(duration, .5, .99) by (resource.service.name)",
              250,
              100,
              1030),
          of(
              Data.FOREIGN,
              "`{ span.user.id = \"u-…\" }`, a few hits, no spoor-index",
              QueryLine::ofUser,
              200,
              100,
              619),
          of(
              Data.FOREIGN,
              "`{ span.user.id = \"u-…\" }`, absent, no spoor-index",
              i -> ofUser(20_001 + i),
              5,
              1,
              41),
          live(
              Kind.SEARCH,
              "{ resource.service.name = \"payment\" && status = error }"),
          live(Kind.METRICS, "{ } | rate()"));

  private static String ofUser(int number) {
    return "{ span.user.id = \"u-%d\" }".formatted(number * 7);
  }

  private static QueryLine search(String query, int limit, double must, double aim, double tempo) {
    return new QueryLine(
        Data.BLOCKS, Kind.SEARCH, quoted(query, limit), _ -> query, limit, must, aim, tempo);
  }

  private static QueryLine of(
      Data data, String name, IntFunction<String> text, double must, double aim, double tempo) {
    return new QueryLine(data, Kind.SEARCH, name, text, 20, must, aim, tempo);
  }

  private static QueryLine metrics(String query, double must, double aim, double tempo) {
    return new QueryLine(
        Data.BLOCKS, Kind.METRICS, quoted(query, 20), _ -> query, 20, must, aim, tempo);
  }

  private static QueryLine tags(String path, double must, double aim, double tempo) {
    return new QueryLine(
        Data.BLOCKS, Kind.TAGS, quoted(path, 20), _ -> path, 20, must, aim, tempo);
  }

  private static QueryLine live(Kind kind, String query) {
    return new QueryLine(
        Data.LIVE, kind, quoted(query, 20) + ", last minute, live", _ -> query, 20, 40, 15, 0);
  }

  private static String quoted(String query, int limit) {
    String shown = "`" + query.replace("|", "\\|") + "`";
    return limit == 20 ? shown : shown + ", limit " + limit;
  }

  /// Path and parameters of a question about a range of time, in seconds since the epoch.
  String path(int number, long from, long to) {
    String asked = text.apply(number);
    String range = "start=%d&end=%d".formatted(from, to);
    return switch (kind) {
      case SEARCH -> "/api/search?q=%s&limit=%d&%s".formatted(encoded(asked), limit, range);
      case METRICS -> "/api/metrics/query_range?q=%s&%s".formatted(encoded(asked), range);
      case TAGS -> asked + "?" + range;
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
