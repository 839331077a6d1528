package dev.spoor;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The house plan: which room has a door to which, and which technology lives in which room.
class ArchitectureTest {

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.spoor");

  private static final Set<String> BASE = Set.of("model", "platform");

  private static final Map<String, Set<String>> DOORS =
      Map.ofEntries(
          entry("model", Set.of()),
          entry("platform", Set.of()),
          entry("wire", Set.of("model")),
          entry("traceql", Set.of("model")),
          entry("storage", and(BASE, "traceql")),
          entry("contract", and(BASE, "wire", "traceql", "storage")),
          entry("overrides", and(BASE, "wire", "storage")),
          entry("listener", BASE),
          entry("access", and(BASE, "listener")),
          entry("receiver", and(BASE, "wire", "contract", "listener")),
          entry(
              "api", and(BASE, "wire", "traceql", "contract", "listener", "overrides", "frontend")),
          entry("compactor", and(BASE, "storage", "contract", "overrides")),
          entry("distributor", and(BASE, "wire", "contract", "overrides")),
          entry("ingester", and(BASE, "wire", "traceql", "storage", "contract", "overrides")),
          entry("querier", and(BASE, "wire", "traceql", "storage", "contract", "overrides")),
          entry("frontend", and(BASE, "traceql", "storage", "contract", "overrides", "querier")),
          entry("testkit", and(BASE, "wire")));

  @TestFactory
  Stream<DynamicTest> everyRoomUsesOnlyItsOwnDoors() {
    return DOORS.keySet().stream()
        .sorted()
        .map(room -> dynamicTest(room + " uses " + DOORS.get(room), () -> checkDoorsOf(room)));
  }

  @Test
  void everyRoomIsOnThePlan() {
    Set<String> built = new TreeSet<>();
    for (JavaClass type : HOUSE) {
      built.add(type.getPackageName().split("\\.")[2]);
    }
    built.remove("app"); // knows all
    assertThat(built).isNotEmpty().isSubsetOf(DOORS.keySet());
  }

  @Test
  void noPackageLeadsBackToItself() {
    slices().matching("dev.spoor.(**)").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void filesAreTouchedThroughOneDoor() {
    noClasses()
        .that(
            resideInAnyPackage("dev.spoor..").and(not(resideInAPackage("dev.spoor.platform.disk"))))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(FileChannel.class)
        .check(HOUSE);
  }

  @Test
  void eachTechnologyLivesInOneRoom() {
    onlyIn("com.linecorp.armeria..", "dev.spoor.listener..");
    onlyIn("io.netty..", "dev.spoor.listener..");
    onlyIn("org.apache.parquet..", "dev.spoor.storage.parquet..");
    onlyIn("software.amazon.awssdk..", "dev.spoor.storage.objectstore..");
    onlyIn("org.snakeyaml..", "dev.spoor.platform.config..");
    onlyIn("ch.qos.logback..", "dev.spoor.platform.logging..");
  }

  @Test
  void everyTypeThatThePictureNamesIsThere() throws IOException {
    String page = Files.readString(Path.of("../docs/architecture.md"));
    Set<String> simpleNames = new TreeSet<>();
    for (JavaClass type : HOUSE) {
      simpleNames.add(type.getSimpleName());
    }
    List<String> named =
        Pattern.compile("`([A-Z][A-Za-z0-9]+)(?:\\.[a-zA-Z]+)?`")
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .distinct()
            .toList();
    assertThat(named).hasSizeGreaterThan(20).allMatch(simpleNames::contains);
  }

  @Test
  void everyMethodThatThePictureNamesIsThere() throws IOException {
    String page = Files.readString(Path.of("../docs/architecture.md"));
    Matcher named = Pattern.compile("`([A-Z][A-Za-z0-9]+)\\.([a-z][A-Za-z]+)`").matcher(page);
    int checked = 0;
    while (named.find()) {
      String typeName = named.group(1);
      String method = named.group(2);
      boolean there =
          HOUSE.stream()
              .filter(type -> type.getSimpleName().equals(typeName))
              .flatMap(type -> type.getMethods().stream())
              .anyMatch(candidate -> candidate.getName().equals(method));
      assertThat(there).as("%s.%s".formatted(typeName, method)).isTrue();
      checked++;
    }
    assertThat(checked).isGreaterThan(10);
  }

  private static void onlyIn(String technology, String room) {
    noClasses()
        .that(resideInAPackage("dev.spoor..").and(not(resideInAPackage(room))))
        .should()
        .dependOnClassesThat(resideInAPackage(technology))
        .check(HOUSE);
  }

  private static void checkDoorsOf(String room) {
    String[] allowed =
        and(DOORS.get(room), room).stream()
            .map(ArchitectureTest::packagesOf)
            .toArray(String[]::new);
    noClasses()
        .that(resideInAPackage(packagesOf(room)))
        .should()
        .dependOnClassesThat(resideInAPackage("dev.spoor..").and(not(resideInAnyPackage(allowed))))
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  private static Set<String> and(Set<String> rooms, String... more) {
    Set<String> all = new TreeSet<>(rooms);
    all.addAll(List.of(more));
    return all;
  }

  private static String packagesOf(String room) {
    return "dev.spoor." + room + "..";
  }
}
