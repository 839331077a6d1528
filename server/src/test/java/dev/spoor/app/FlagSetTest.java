package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spoor.app.FlagSet.HelpException;
import dev.spoor.app.FlagSet.Parsed;
import dev.spoor.app.FlagSet.UsageException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagSetTest {

  private static final FlagSet FLAGS =
      FlagSet.parse(
          """
          name string - a name
          peer strings - a peer
          lit bool - whether it burns
          count int - how many
          share float - of the whole
          wait duration - how long
          keep promduration - how long
          """);

  @ParameterizedTest
  @ValueSource(strings = {"-name=a", "--name=a", "-name a", "--name a"})
  void oneOrTwoDashesAndEqualsOrSpaceAreTheSame(String line) throws Exception {
    assertThat(values(line)).isEqualTo(Map.of("name", List.of("a")));
  }

  @ParameterizedTest
  @CsvSource({
    "-lit, true",
    "--lit, true",
    "-lit=true, true",
    "-lit=T, true",
    "-lit=1, true",
    "-lit=false, false",
    "-lit=0, false",
    "-lit=False, false"
  })
  void aBooleanStandsAloneOrHasItsValueAfterEquals(String line, String expected) throws Exception {
    assertThat(values(line)).isEqualTo(Map.of("lit", List.of(expected)));
  }

  @Test
  void aBooleanDoesNotTakeTheNextArgument() throws Exception {
    Parsed parsed = FLAGS.parse(List.of("-lit", "false", "-name=a"));

    assertThat(values(parsed)).isEqualTo(Map.of("lit", List.of("true")));
    assertThat(parsed.rest()).containsExactly("false", "-name=a");
  }

  @Test
  void theFirstArgumentThatIsNoFlagEndsTheFlags() throws Exception {
    assertThat(FLAGS.parse(List.of("-name=a", "-", "-lit")).rest()).containsExactly("-", "-lit");
    assertThat(FLAGS.parse(List.of("-name=a", "--", "-lit")).rest()).containsExactly("-lit");
  }

  @Test
  void theLastValueWinsUnlessTheFlagCollectsThem() throws Exception {
    assertThat(values("-name=a -name=b -peer=x -peer=y"))
        .isEqualTo(Map.of("name", List.of("b"), "peer", List.of("x", "y")));
  }

  @Test
  void aValueMayHoldEqualsAndBeEmpty() throws Exception {
    assertThat(values("-name=a=b")).isEqualTo(Map.of("name", List.of("a=b")));
    assertThat(values("-name=")).isEqualTo(Map.of("name", List.of("")));
  }

  @ParameterizedTest
  @CsvSource({
    "-nam=x, flag provided but not defined: -nam",
    "--nam, flag provided but not defined: -nam",
    "-name, flag needs an argument: -name",
    "---name, bad flag syntax: ---name",
    "-=x, bad flag syntax: -=x",
    "-lit=yes, 'invalid boolean value \"yes\" for flag -lit: parse error'",
    "-count=x, 'invalid value \"x\" for flag -count: parse error'",
    "-share=x, 'invalid value \"x\" for flag -share: parse error'",
    "-wait=1d, 'invalid value \"1d\" for flag -wait: \"1d\" has the unit d, but only ns, us, ms, s, m, h exist'"
  })
  void misuseIsNamedAsGoNamesIt(String line, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> values(line))
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "-help", "--help", "--h"})
  void helpIsAnAnswerOfItsOwn(String line) {
    assertThatExceptionOfType(HelpException.class).isThrownBy(() -> values(line));
  }

  @Test
  void numbersAndDurationsAreReadAsGoReadsThem() throws Exception {
    assertThat(values("-count=0x10 -share=1.5 -wait=90s -keep=14d"))
        .isEqualTo(
            Map.of(
                "count", List.of("16"),
                "share", List.of("1.5"),
                "wait", List.of("1m30s"),
                "keep", List.of("2w")));
  }

  private static Map<String, List<String>> values(String line) throws Exception {
    return values(FLAGS.parse(List.of(line.split(" "))));
  }

  private static Map<String, List<String>> values(Parsed parsed) {
    return parsed.values().entrySet().stream()
        .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
  }
}
