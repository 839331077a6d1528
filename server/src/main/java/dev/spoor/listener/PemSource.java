package dev.spoor.listener;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where PEM text is: in a file, or in the configuration itself.
///
/// @param key the full path of the key that says so, for messages
/// @param file empty for `text`
/// @param text never printed, since it may be a private key
record PemSource(String key, String file, String text) {

  /// @param fileKey the key of the file; the one of the text ends in `_pem` or lacks `_file`
  static PemSource of(String section, String fileKey, String file, String text) {
    return new PemSource(section + "." + fileKey, file, text);
  }

  /// @throws TlsConfigException when it can't be read
  byte[] read() throws TlsConfigException {
    if (file.isEmpty() && text.isEmpty()) {
      throw problem("is needed for TLS", null);
    }
    if (file.isEmpty()) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (NoSuchFileException missing) {
      throw problem("no such file", missing);
    } catch (AccessDeniedException denied) {
      throw problem("may not be read by this process", denied);
    } catch (IOException unreadable) {
      throw problem("cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  /// A message that names key and file.
  TlsConfigException problem(String what, @Nullable Throwable cause) {
    return new TlsConfigException(key, (file.isEmpty() ? "" : file + ": ") + what, cause);
  }

  /// Without the text.
  @Override
  public String toString() {
    return key + (file.isEmpty() ? "" : " " + file);
  }
}
