package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.TraceId;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowGroupIndexTest {

  @ParameterizedTest
  @EnumSource
  void theReferencesIndexIsWrittenAsItWasRead(Golden golden) throws IOException {
    byte[] written = golden.blockFile("index");

    RowGroupIndex index = RowGroupIndex.parse(written, "index");

    assertThat(index.lastIds()).hasSize(golden.meta().totalRecords());
    assertThat(index.toJson()).asString(UTF_8).isEqualTo(new String(written, UTF_8));
  }

  @Test
  void findsTheFirstRowGroupThatEndsAtOrBehindTheId() {
    RowGroupIndex index =
        new RowGroupIndex(List.of(new TraceId(1, 5), new TraceId(7, 0), new TraceId(-1, 3)));

    assertThat(index.find(new TraceId(0, 0))).isEqualTo(0);
    assertThat(index.find(new TraceId(1, 5))).isEqualTo(0);
    assertThat(index.find(new TraceId(1, 6))).isEqualTo(1);
    assertThat(index.find(new TraceId(Long.MIN_VALUE, 0))).isEqualTo(2);
    assertThat(index.find(new TraceId(-1, 4))).isEqualTo(-1);
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(
            () -> RowGroupIndex.parse("{\"rowGroups\":[\"AAA=\"]}".getBytes(UTF_8), "index"))
        .hasMessage("index: a trace id of 2 bytes");
  }
}
