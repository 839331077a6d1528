package dev.spoor.traceql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.data.Cases;
import dev.spoor.traceql.data.ShopTraces;
import dev.spoor.traceql.query.TraceMatch.MatchedSpanset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class SearchTableTest {

  private static final Pattern SPANSET = Pattern.compile("\\[([^]]*)](?:\\{([^}]*)})?");
  private static final SearchLimits PLENTY =
      new SearchLimits(1000, 100, false, Long.MIN_VALUE, Long.MAX_VALUE);

  @TestFactory
  Stream<DynamicTest> findsWhatTheTableSays() {
    return cases("search.txt");
  }

  @TestFactory
  Stream<DynamicTest> findsWhatPlainLogicSaysWhereTheReferenceDiffers() {
    return cases("search-differing.txt");
  }

  private static Stream<DynamicTest> cases(String table) {
    return Cases.lines(table).stream().map(line -> dynamicTest(line, () -> check(line)));
  }

  private static void check(String line) throws IOException {
    int arrow = line.lastIndexOf("=>");
    String query = line.substring(line.indexOf(' '), arrow).strip();
    String expected = line.substring(arrow + 2).strip();
    if (expected.equals("ERROR")) {
      assertThatThrownBy(() -> search(query))
          .isInstanceOf(TraceQlException.class)
          .hasMessageContaining("coalesce()");
    } else {
      assertThat(search(query)).isEqualTo(normalised(expected));
    }
  }

  private static List<String> normalised(String expected) {
    List<String> spansets = new ArrayList<>();
    Matcher matcher = SPANSET.matcher(expected);
    while (matcher.find()) {
      String attributes = matcher.group(2) == null ? "" : matcher.group(2);
      spansets.add("[" + matcher.group(1) + "]{" + attributes + "}");
    }
    Collections.sort(spansets);
    return spansets;
  }

  private static List<String> search(String query) throws IOException {
    List<String> spansets = new ArrayList<>();
    TraceQl.compile(query)
        .search(
            ShopTraces.batch(),
            PLENTY,
            match -> {
              match.spansets().forEach(spanset -> spansets.add(shown(spanset)));
              return true;
            });
    Collections.sort(spansets);
    return spansets;
  }

  private static String shown(MatchedSpanset spanset) {
    assertThat(spanset.matched()).isEqualTo(spanset.spans().size());
    String spans =
        spanset.spans().stream()
            .map(span -> span.spanId().substring(0, 1).toUpperCase() + span.spanId().charAt(15))
            .sorted()
            .collect(Collectors.joining(" "));
    String attributes =
        spanset.attributes().stream()
            .map(attribute -> attribute.key() + "=" + ValueText.plain(attribute.value()))
            .collect(Collectors.joining("; "));
    return "[" + spans + "]{" + attributes + "}";
  }
}
