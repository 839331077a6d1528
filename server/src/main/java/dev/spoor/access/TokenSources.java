package dev.spoor.access;

import dev.spoor.access.AccessConfig.Token;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Reads tokens from where the configuration says they are.
final class TokenSources {

  private final List<Token> tokens;
  private final UnaryOperator<@Nullable String> environment;

  /// @param environment the value of an environment variable; null when it is unset
  TokenSources(List<Token> tokens, UnaryOperator<@Nullable String> environment) {
    this.tokens = tokens;
    this.environment = environment;
  }

  /// All tokens as they are now.
  ///
  /// @throws AccessConfigException naming the key and the file or variable; never a token
  Map<String, Identity> read() throws AccessConfigException {
    Map<String, Identity> all = new HashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      Identity identity = Identity.of(token.name(), token.verbs(), token.tenants());
      String entry = "access.tokens[%d].".formatted(i);
      for (String text : textsOf(token, entry)) {
        if (all.put(text, identity) != null) {
          throw new AccessConfigException(
              entry + keyOf(token), token.name() + " has the same token as another", null);
        }
      }
    }
    return all;
  }

  private List<String> textsOf(Token token, String entry) throws AccessConfigException {
    String key = entry + keyOf(token);
    List<String> texts =
        switch (keyOf(token)) {
          case "token_file" -> linesOf(key, token.tokenFile());
          case "token_env" -> List.of(variable(key, token.tokenEnv()));
          default -> List.of(token.token());
        };
    for (String text : texts) {
      if (!text.chars().allMatch(letter -> letter > ' ' && letter <= '~')) {
        throw new AccessConfigException(
            key, "a token may hold printable ASCII characters without spaces only", null);
      }
    }
    return texts;
  }

  private static String keyOf(Token token) {
    return !token.tokenFile().isEmpty()
        ? "token_file"
        : !token.tokenEnv().isEmpty() ? "token_env" : "token";
  }

  private static List<String> linesOf(String key, String file) throws AccessConfigException {
    List<String> lines;
    try {
      lines = Files.readAllLines(Path.of(file));
    } catch (NoSuchFileException missing) {
      throw new AccessConfigException(key, file + ": no such file", missing);
    } catch (CharacterCodingException binary) {
      throw new AccessConfigException(key, file + ": is no text", binary);
    } catch (IOException unreadable) {
      throw new AccessConfigException(
          key, file + ": cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
    }
    List<String> tokens =
        lines.stream().map(String::strip).filter(line -> !line.isEmpty()).distinct().toList();
    if (tokens.isEmpty()) {
      throw new AccessConfigException(key, file + ": holds no token", null);
    }
    return tokens;
  }

  private String variable(String key, String name) throws AccessConfigException {
    String value = environment.apply(name);
    if (value == null || value.isBlank()) {
      throw new AccessConfigException(key, "the environment variable " + name + " is empty", null);
    }
    return value.strip();
  }
}
