package dev.spoor.app;

import dev.spoor.platform.config.ConfigWarning;
import dev.spoor.platform.logging.Logging;
import dev.spoor.storage.objectstore.DnsCache;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The program.
public final class Main {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] arguments) {
    switch (new CommandLine(System::getenv).parse(arguments)) {
      case Command.Exit(int code, String stdout, String stderr) -> {
        System.out.print(stdout);
        System.err.print(stderr);
        System.exit(code);
      }
      case Command.Run(LoadedConfig loaded) -> run(loaded);
    }
  }

  private static void run(LoadedConfig loaded) {
    Logging.configure(
        loaded.config().server().logLevel().name().toLowerCase(Locale.ROOT),
        loaded.config().server().logFormat().name().toLowerCase(Locale.ROOT));
    DnsCache.followChanges();
    if (!loaded.warnings().isEmpty()) {
      log.warn(LoadedConfig.WARNINGS_HEADER);
      for (ConfigWarning warning : loaded.warnings()) {
        log.warn(warning.toString());
      }
    }
    CountDownLatch ended = new CountDownLatch(1);
    Spoor spoor;
    try {
      spoor = Spoor.of(loaded);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    spoor.close();
                    ended.countDown();
                  },
                  "shutdown"));
      spoor.start();
    } catch (Exception failure) {
      log.error("error running Spoor: {}", failure.getMessage(), failure);
      System.exit(1);
      return;
    }
    System.out.print(spoor.banner());
    System.out.flush();
    try {
      ended.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
