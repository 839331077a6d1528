package dev.spoor.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentExpanderTest {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("NAME", "tempo", "EMPTY", "", "PATHS", "/a/b/c.tar.gz", "X", "${NAME}");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "$NAME|$NAME",
        "$${NAME}|${NAME}",
        "a ${NAME} b|a tempo b",
        "[${UNSET}]|[]",
        "${UNSET:-d}|d",
        "${EMPTY:-d}|d",
        "${NAME:-d}|tempo",
        "${UNSET-d}|d",
        "${UNSET:=d}|d",
        "${UNSET=d}|d",
        "${NAME:?needed}|tempo",
        "${NAME:+other}|other",
        "[${UNSET:+other}]|[]",
        "${NAME:1}|empo",
        "${NAME:1:2}|em",
        "${NAME: -2}|po",
        "[${NAME:9}]|[]",
        "${PATHS#*/}|a/b/c.tar.gz",
        "${PATHS##*/}|c.tar.gz",
        "${PATHS%.*}|/a/b/c.tar",
        "${PATHS%%.*}|/a/b/c",
        "${NAME/m/M}|teMpo",
        "${PATHS//a/x}|/x/b/c.txr.gz",
        "${NAME/#te/x}|xmpo",
        "${NAME/%po/x}|temx",
        "${NAME^}|Tempo",
        "${NAME^^}|TEMPO",
        "${NAME,,}|tempo",
        "${#NAME}|5",
        "${X}|${NAME}",
        "${UNSET:-${NAME}}|tempo",
        "${UNSET:-http://h:1}|http://h:1",
        "100% $ {}|100% $ {}",
      })
  void expands(String text, String expected) throws ConfigException {
    assertThat(expand(text)).isEqualTo(expected);
  }

  @Test
  void aMissingVariableThatIsRequiredIsAnErrorWithItsText() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> expand("a: 1\nb: ${UNSET:?set it}"))
        .withMessage("tempo.yaml:2:4: UNSET: set it");
  }

  @Test
  void anOpenBraceIsAnErrorWithItsPlace() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> expand("a: 1\n  b: ${NAME"))
        .withMessage("tempo.yaml:2:6: ${ is not closed by }");
  }

  @Test
  void aFormThatDoesNotExistIsAnError() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> expand("${NAME!x}"))
        .withMessageContaining("not a form");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> expand("${}"))
        .withMessageContaining("names no variable");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> expand("${NAME:x}"))
        .withMessageContaining("position");
  }

  private static String expand(String text) throws ConfigException {
    return new EnvironmentExpander("tempo.yaml", ENVIRONMENT::get).expand(text);
  }
}
