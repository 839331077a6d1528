package dev.spoor.platform.config;

import static dev.spoor.platform.config.Requirements.require;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spoor.platform.config.ConfigBinder.Bound;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigBinderTest {

  private static final AcceptedKeys ACCEPTED =
      AcceptedKeys.parse(
          """
          @later it comes with the rings
          kiln.ring.tokens int 128
          kiln.ring.zones list [a]
          kiln.ring.password secret ""
          kiln.id string (hostname)
          pottery.anything any ~
          @never it concerns nobody
          kiln.cooling duration 1h0m0s
          """);

  private static final ConfigBinder<Root> BINDER = new ConfigBinder<>(Root.class, ACCEPTED);
  private static final ConfigPrinter PRINTER = new ConfigPrinter(ACCEPTED);

  @Test
  void aMissingKeyKeepsItsDefault() throws ConfigException {
    assertThat(bind("").config()).isEqualTo(Root.DEFAULTS);
    assertThat(bind("kiln:\n").config()).isEqualTo(Root.DEFAULTS);
    assertThat(bind("kiln: ~\nname: null\n").config()).isEqualTo(Root.DEFAULTS);
    assertThat(bind("kiln: {heat: 5}").config().kiln().glaze()).isEqualTo(Glaze.SALT);
  }

  @ParameterizedTest
  @CsvSource({
    "heat: 1_200, 1200",
    "heat: 1e3, 1000",
    "heat: 0x10, 16",
    "heat: 0b11, 3",
    "heat: 010, 8",
    "heat: +7, 7",
    "heat: 12.0, 12"
  })
  void wholeNumbersAreReadAsGoReadsThem(String line, int expected) throws ConfigException {
    assertThat(kiln(line).heat()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "heat: 1.5",
        "heat: abc",
        "heat: '7'",
        "heat: 3000000000",
        "heat: [1]",
        "heat: {}"
      })
  void whatIsNoWholeNumberIsRefused(String line) {
    assertThat(problems("kiln:\n  " + line)).hasSize(1).first().asString().contains("kiln.heat: ");
  }

  @ParameterizedTest
  @CsvSource({"yes, true", "on, true", "TRUE, true", "y, true", "off, false", "No, false"})
  void booleansHaveTheWordsOfYaml11(String word, boolean expected) throws ConfigException {
    assertThat(kiln("lit: " + word).lit()).isEqualTo(expected);
    assertThat(bind("name: " + word).config().name()).isEqualTo(word);
  }

  @Test
  void aQuotedWordIsNoBoolean() {
    assertThat(problems("kiln: {lit: 'true'}"))
        .containsExactly("f.yaml:1:13: kiln.lit: the quoted text \"true\" is not true or false");
  }

  @ParameterizedTest
  @CsvSource({"1m30s, PT1M30S", "0, PT0S", "5000000000, PT5S", "'''2h''', PT2H"})
  void durationsAreGosAndABareNumberIsNanoseconds(String text, Duration expected)
      throws ConfigException {
    assertThat(kiln("firing: " + text).firing()).isEqualTo(expected);
  }

  @Test
  void aDayIsADurationOnlyWherePrometheusReads() throws ConfigException {
    assertThat(kiln("kept: 2w").kept()).isEqualTo(Duration.ofDays(14));
    assertThat(problems("kiln: {firing: 1d}"))
        .containsExactly(
            "f.yaml:1:16: kiln.firing: \"1d\" has the unit d, but only ns, us, ms, s, m, h exist");
  }

  @Test
  void readsSizesTimesEnumsListsAndMaps() throws ConfigException {
    Kiln kiln =
        bind("""
        kiln:
          size: 64KiB
          share: .5
          since: 2026-01-02T03:04:05Z
          glaze: ""
          shelves: [{name: top}, {name: bottom, depth: 2}]
          labels: {a: b, on: 1}
          door_type: wide
        """)
            .config()
            .kiln();

    assertThat(kiln.size()).isEqualTo(65_536);
    assertThat(kiln.share()).isEqualTo(0.5);
    assertThat(kiln.since()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    assertThat(kiln.glaze()).isEqualTo(Glaze.NONE);
    assertThat(kiln.shelves()).containsExactly(new Shelf("top", 1), new Shelf("bottom", 2));
    assertThat(kiln.labels()).isEqualTo(Map.of("a", "b", "on", "1"));
    assertThat(kiln.door().width()).isEqualTo("wide");
  }

  @Test
  void thePresenceOfAKeyFillsAnOptionalRecord() throws ConfigException {
    assertThat(kiln("heat: 1").shelf()).isEmpty();
    assertThat(kiln("shelf:").shelf()).contains(Shelf.DEFAULTS);
    assertThat(kiln("shelf: {depth: 3}").shelf()).contains(new Shelf("", 3));
  }

  @Test
  void anchorsAndMergesAreFollowed() throws ConfigException {
    Kiln kiln =
        bind("""
        kiln:
          shelves:
            - &first {name: one, depth: 5}
            - {<<: *first, name: two}
        """)
            .config()
            .kiln();

    assertThat(kiln.shelves()).containsExactly(new Shelf("one", 5), new Shelf("two", 5));
  }

  @Test
  void findsAllThatIsWrongInOneRun() {
    assertThat(
            problems(
                """
                nam: x
                kiln:
                  heat: warm
                  heat: 3
                  ring: {tokens: many, tokns: 1}
                  shelves:
                    - {nmae: x}
                  firing: -1s
                  glaze: honey
                pottery: []
                """))
        .containsExactly(
            "f.yaml:1:1: field nam not found in the configuration; did you mean name?",
            "f.yaml:3:9: kiln.heat: \"warm\" is not a whole number",
            "f.yaml:4:3: field heat already set",
            "f.yaml:5:18: kiln.ring.tokens: \"many\" is not a whole number",
            "f.yaml:5:24: field tokns not found in kiln.ring; did you mean tokens?",
            "f.yaml:7:8: field nmae not found in kiln.shelves[0]; did you mean name?",
            "f.yaml:8:11: kiln.firing must not be negative",
            "f.yaml:9:10: kiln.glaze: \"honey\" is none of salt, ash",
            "f.yaml:10:10: pottery must be a mapping of keys");
  }

  @Test
  void aRuleOfAReusedRecordNamesTheKeyWithItsSection() {
    assertThat(problems("kiln:\n  shelf:\n    depth: 0\n"))
        .containsExactly("f.yaml:3:12: kiln.shelf.depth must be at least 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kiln:\n\theat: 1", "kiln: [", "- a\n- b", "word", "a: b: c"})
  void whatIsNoConfigurationIsAnErrorWithItsPlace(String text) {
    assertThat(problems(text)).hasSize(1).first().asString().startsWith("f.yaml:");
  }

  @Test
  void aDocumentThatMultipliesItselfIsRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(
                  i,
                  i,
                  String.join(
                      ", ",
                      List.of(before, before, before, before, before, before, before, before))));
    }
    assertThat(problems(bomb.toString())).singleElement().asString().contains("larger than");
    assertThat(problems("a: &a [*a]")).singleElement().asString().startsWith("f.yaml:1:");
  }

  @Test
  void aDocumentThatIsNestedTooDeepIsRefused() {
    assertThat(problems("a: " + "[".repeat(100_000)))
        .containsExactly("f.yaml:1:67: not YAML: the document is nested deeper than 64");
  }

  @Test
  void aKeyWithoutEffectWarnsOnceItIsSetToSomethingElse() throws ConfigException {
    assertThat(bind("kiln: {ring: {tokens: 128, zones: [a]}, cooling: 60m}").warnings()).isEmpty();
    assertThat(bind("kiln: {ring: {tokens: 1}, cooling: 1m, id: me, later: 7}").warnings())
        .extracting(ConfigWarning::text)
        .containsExactlyInAnyOrder(
            "kiln.ring.tokens is set, but has no effect yet: it comes with the rings",
            "kiln.cooling is set, but has no effect in Spoor: it concerns nobody",
            "kiln.id is set, but has no effect yet: it comes with the rings",
            "kiln.later is set, but has no effect yet: it comes with the clock");
  }

  @Test
  void aDurationWithoutAUnitIsPointedOut() throws ConfigException {
    assertThat(bind("kiln: {firing: 10}").warnings())
        .extracting(ConfigWarning::text)
        .containsExactly("kiln.firing is 10 nanoseconds: 10s would be seconds");
    assertThat(bind("kiln: {firing: 10ns}").warnings()).isEmpty();
    assertThat(bind("kiln: {firing: 0}").warnings()).isEmpty();
    assertThat(bind("kiln: {firing: 5000000000}").warnings()).isEmpty();
  }

  @Test
  void acceptedSettingsGiveWhatWasSetElseTheDefault() throws ConfigException {
    AcceptedSettings settings = bind("kiln: {ring: {tokens: 1}}").accepted();

    assertThat(settings.wholeNumber("kiln.ring.tokens")).isEqualTo(1);
    assertThat(settings.duration("kiln.cooling")).isEqualTo(Duration.ofHours(1));
    assertThat(settings.text("kiln.id")).isEqualTo("hostname");
    assertThat(settings.paths()).containsExactly("kiln.ring.tokens");
  }

  @Test
  void masksSecretsWhenPrinting() throws ConfigException {
    Bound<Root> bound =
        bind(
            """
            secret_word: sesame
            kiln: {ring: {password: sesame}}
            pottery: {anything: {headers: {X-Key: sesame}, list: [{api_key: sesame}], n: 1}}
            """);

    String printed = PRINTER.all(bound.config(), bound.accepted());
    assertThat(printed)
        .doesNotContain("sesame")
        .contains("secret_word: '********'", "password: '********'", "X-Key: '********'", "n: 1");
    assertThat(bound.config().toString()).contains("name=pot");
  }

  @Test
  void whatIsPrintedReadsBackTheSame() throws ConfigException {
    Bound<Root> bound =
        bind(
            """
            name: "yes"
            kiln: {heat: 3, firing: 90s, kept: 1d, size: 1MB, shelf: {depth: 9}, labels: {a: "1"},
              shelves: [{name: x}], glaze: ash, ring: {tokens: 5}}
            """);

    Bound<Root> again = bind(PRINTER.all(bound.config(), bound.accepted()));

    assertThat(again.config()).isEqualTo(bound.config());
    assertThat(again.accepted().wholeNumber("kiln.ring.tokens")).isEqualTo(5);
  }

  @Test
  void theDifferenceHoldsOnlyWhatIsNotADefault() throws ConfigException {
    Bound<Root> bound = bind("kiln: {heat: 3, ring: {tokens: 5, zones: [a]}}");

    assertThat(PRINTER.diff(bound.config(), bound.accepted(), Root.DEFAULTS))
        .isEqualTo(
            """
            kiln:
              heat: 3
              ring:
                tokens: 5
            """);
  }

  @Test
  void aKeyMayNotBeBothEffectiveAndAccepted() {
    AcceptedKeys twice = AcceptedKeys.parse("@later x\nkiln.heat int 1\n");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new ConfigBinder<>(Root.class, twice))
        .withMessageContaining("kiln.heat");
  }

  private static Kiln kiln(String line) throws ConfigException {
    return bind("kiln:\n  " + line).config().kiln();
  }

  private static Bound<Root> bind(String text) throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    return BINDER.bind(YamlReader.readMapping("f.yaml", text, problems), Root.DEFAULTS, problems);
  }

  private static List<String> problems(String text) {
    ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> bind(text));
    assertThat(thrown).as("what is wrong with %s", text).isNotNull();
    return thrown.problems().stream().map(ConfigProblem::toString).collect(Collectors.toList());
  }

  record Root(String name, @Secret String secretWord, Kiln kiln) {
    static final Root DEFAULTS = new Root("pot", "", Kiln.DEFAULTS);
  }

  record Kiln(
      int heat,
      boolean lit,
      Duration firing,
      @PrometheusDuration Duration kept,
      @ByteSize long size,
      double share,
      Instant since,
      Glaze glaze,
      List<Shelf> shelves,
      Map<String, String> labels,
      Optional<Shelf> shelf,
      @NoEffectYet("with the clock") int later,
      @Inline Door door) {

    static final Kiln DEFAULTS =
        new Kiln(
            900,
            false,
            Duration.ofHours(8),
            Duration.ZERO,
            1,
            0.25,
            Instant.EPOCH,
            Glaze.SALT,
            List.of(),
            Map.of(),
            Optional.empty(),
            0,
            new Door("narrow"));

    Kiln {
      require(!firing.isNegative(), "kiln.firing", "must not be negative");
    }
  }

  record Door(@Key("door_type") String width) {}

  record Shelf(String name, int depth) {
    static final Shelf DEFAULTS = new Shelf("", 1);

    Shelf {
      require(depth > 0, "depth", "must be at least 1");
    }
  }

  enum Glaze {
    @Key("")
    NONE,
    SALT,
    ASH
  }
}
