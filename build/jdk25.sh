# Sourced: sets JDK25 to the home of a JDK 25, from JAVA_HOME, the usual folders or the PATH.
find_jdk25() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -x "$home/bin/javac" ] && [ -f "$home/release" ] \
        && grep -q '^JAVA_VERSION="25' "$home/release"; then
      echo "$home"
      return 0
    fi
  done
  local javac
  if javac=$(command -v javac) && "$javac" -version 2>&1 | grep -q ' 25'; then
    dirname "$(dirname "$(readlink -f "$javac")")"
    return 0
  fi
  echo "no JDK 25 found: install one, or point JAVA_HOME at it" >&2
  return 1
}
JDK25=$(find_jdk25)
export JDK25
