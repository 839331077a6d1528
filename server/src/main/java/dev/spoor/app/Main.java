package dev.spoor.app;

import dev.spoor.platform.config.ConfigWarning;
import dev.spoor.platform.logging.Logging;
import dev.spoor.storage.objectstore.DnsCache;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The program.
public final class Main {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private static final int FAILED = 1;

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
    Spoor spoor;
    try {
      spoor = Spoor.of(loaded);
    } catch (Exception failure) {
      report(failure);
      System.exit(FAILED);
      return;
    }
    Ending ending = new Ending(spoor);
    ending.listen();
    try {
      spoor.start();
    } catch (Exception failure) {
      if (ending.failed()) {
        report(failure);
        System.exit(FAILED);
      }
      log.info("stopped while starting");
      return;
    }
    System.out.print(spoor.banner());
    System.out.flush();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private static void report(Exception failure) {
    if (failure instanceof IOException expected) {
      log.error("error running Spoor: {}", text(expected));
      log.debug("where that came from", failure);
    } else {
      log.error("error running Spoor: {}", failure.getMessage(), failure);
    }
  }

  /// The system's own failures often name the file alone.
  private static String text(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied when denied.getReason() == null ->
          denied.getFile() + ": permission denied";
      case FileAlreadyExistsException there when there.getReason() == null ->
          there.getFile() + ": is there already, and is no folder";
      case FileSystemException other when other.getReason() == null -> other.toString();
      default -> String.valueOf(failure.getMessage());
    };
  }
}
