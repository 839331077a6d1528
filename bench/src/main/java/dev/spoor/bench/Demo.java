package dev.spoor.bench;

import dev.spoor.app.Command;
import dev.spoor.app.CommandLine;
import dev.spoor.app.LoadedConfig;
import dev.spoor.app.Main;

/// What `./spoor demo` starts.
public final class Demo {

  private Demo() {}

  public static void main(String[] arguments) {
    Main.main(arguments);
  }
}
