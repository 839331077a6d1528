# Sourced: builds what is missing, and sets what the programs of this folder are started with:
# JDK25, bench_home, bench_classpath, bench_flags.
bench_home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$bench_home/build/jdk25.sh"

# The stamp is that of ./spoor, which builds the same things.
bench_stamp="$bench_home/bench/target/.built"
bench_is_stale() {
  [ ! -e "$bench_stamp" ] || [ -n "$(cd "$bench_home" \
    && find pom.xml model platform wire traceql storage testkit server bench \
      -name target -prune -o -type f \( -path '*/src/main/*' -o -name pom.xml \) \
      -newer "$bench_stamp" -print -quit)" ]
}
if bench_is_stale; then
  echo "bench: building; this takes about a minute" >&2
  (cd "$bench_home" && mvn -q -B -Dquick -DskipTests package -pl bench -am)
  rm -f "$bench_home"/{bench,server}/target/spoor.aot
  touch "$bench_stamp" "$bench_home/server/target/.built"
fi

bench_classpath="$bench_home/bench/target/spoor-bench-0.1.0-SNAPSHOT.jar:$(find "$bench_home/bench/target/lib" \
  -name '*.jar' | LC_ALL=C sort | tr '\n' ':')"
bench_flags=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -XX:+UseCompactObjectHeaders -XX:+UseSerialGC -Xmx2g)
