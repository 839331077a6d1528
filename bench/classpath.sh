# Sourced: builds what is missing, and sets what the programs of this folder are started with:
# JDK25, bench_home, bench_classpath, bench_flags.
bench_home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$bench_home/build/jdk25.sh"

bench_jar="$bench_home/bench/target/spoor-bench-0.1.0-SNAPSHOT.jar"
bench_is_stale() {
  [ ! -e "$bench_jar" ] || [ -n "$(find "$bench_home"/pom.xml \
      "$bench_home"/{model,platform,wire,traceql,storage,testkit,server,bench} \
      \( -name target -prune \) -o -type f \( -path '*/src/main/*' -o -name pom.xml \) \
      -newer "$bench_jar" -print -quit)" ]
}
if bench_is_stale; then
  echo "bench: building; this takes about a minute" >&2
  (cd "$bench_home" && mvn -q -B -Dquick -DskipTests package -pl bench -am)
  touch "$bench_jar" "$bench_home/server/target/spoor-server-0.1.0-SNAPSHOT.jar"
fi

bench_classpath="$bench_jar:$(find "$bench_home/bench/target/lib" -name '*.jar' | LC_ALL=C sort | tr '\n' ':')"
bench_flags=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -XX:+UseCompactObjectHeaders -XX:+UseSerialGC -Xmx2g)
