package dev.spoor.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bearer tokens → identities. Immutable; safe for many threads.
///
/// Only digests are kept, of each token behind a salt that is new in every process. So the time a
/// look-up takes says nothing about the tokens: nobody outside knows in which place a guess ends,
/// and digests are compared in constant time.
final class TokenTable {

  private static final int SALT_BYTES = 32;
  private static final byte[] SALT = salt();

  /// Event loops are few and never end, so each keeps its digest.
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(TokenTable::sha256);

  private record Entry(byte[] digest, Identity identity) {}

  private final Map<Long, List<Entry>> byPrefix = new HashMap<>();

  TokenTable(Map<String, Identity> tokens) {
    tokens.forEach((token, identity) -> {
      byte[] digest = digest(token);
      byPrefix
          .computeIfAbsent(prefix(digest), any -> new ArrayList<>())
          .add(new Entry(digest, identity));
    });
  }

  /// Null for a token that nobody has.
  @Nullable Identity find(String token) {
    byte[] digest = digest(token);
    List<Entry> candidates = byPrefix.get(prefix(digest));
    if (candidates == null) {
      return null;
    }
    for (Entry candidate : candidates) {
      if (MessageDigest.isEqual(candidate.digest(), digest)) {
        return candidate.identity();
      }
    }
    return null;
  }

  private static byte[] digest(String token) {
    MessageDigest sha256 = SHA_256.get();
    sha256.update(SALT);
    return sha256.digest(token.getBytes(StandardCharsets.UTF_8));
  }

  private static long prefix(byte[] digest) {
    return ByteBuffer.wrap(digest).getLong();
  }

  private static byte[] salt() {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return salt;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK has no SHA-256", impossible);
    }
  }
}
