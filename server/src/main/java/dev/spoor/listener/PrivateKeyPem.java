package dev.spoor.listener;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads an unencrypted private key in PEM: PKCS #8, PKCS #1 (RFC 8017) or SEC 1 (RFC 5915).
///
/// The JDK reads only PKCS #8, so the other two are wrapped into it. No message of a failure holds
/// anything of the text.
final class PrivateKeyPem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----([^-]*)-----END");

  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int PARAMETERS = 0xA0;
  private static final byte[] ZERO = {INTEGER, 1, 0};

  /// `rsaEncryption` with its NULL.
  private static final byte[] RSA = {
    0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0
  };

  /// `ecPublicKey`.
  private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

  private PrivateKeyPem() {}

  /// @throws GeneralSecurityException saying what the text lacks
  static PrivateKey parse(byte[] pem) throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!block.find()) {
      throw new InvalidKeySpecException("holds no private key in PEM");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException broken) {
      throw new InvalidKeySpecException("holds a private key that is no base64");
    }
    return switch (block.group(1)) {
      case "RSA PRIVATE KEY" -> key(pkcs8(RSA, der));
      case "EC PRIVATE KEY" -> key(pkcs8(der(SEQUENCE, EC, curveOf(der)), der));
      case "ENCRYPTED PRIVATE KEY" ->
          throw new InvalidKeySpecException("holds an encrypted private key; it must not be");
      default -> key(der);
    };
  }

  private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
    for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException ofAnotherKind) {
        // The next algorithm may know it.
      }
    }
    throw new InvalidKeySpecException("holds a private key that is neither EC, RSA nor EdDSA");
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, ZERO, algorithm, der(OCTETS, key));
  }

  /// The curve's name in a SEC 1 key: SEQUENCE { INTEGER 1, OCTET STRING, [0] { OID }, … }.
  private static byte[] curveOf(byte[] sec1) throws InvalidKeySpecException {
    try {
      int at = contentOf(sec1, 0);
      at = endOf(sec1, at); // the version
      at = endOf(sec1, at); // the scalar
      if ((sec1[at] & 0xFF) != PARAMETERS) {
        throw new InvalidKeySpecException("holds an EC private key without the name of its curve");
      }
      int from = contentOf(sec1, at);
      return java.util.Arrays.copyOfRange(sec1, from, endOf(sec1, at));
    } catch (IndexOutOfBoundsException | IllegalArgumentException broken) {
      throw new InvalidKeySpecException("holds an EC private key that is cut off");
    }
  }

  private static int contentOf(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
  }

  private static int endOf(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    int length = first < 0x80 ? first : 0;
    for (int i = at + 2; i < contentOf(der, at); i++) {
      length = length << 8 | (der[i] & 0xFF);
    }
    return contentOf(der, at) + length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length >= 0x80) {
      out.write(length >= 0x100 ? 0x82 : 0x81);
    }
    if (length >= 0x100) {
      out.write(length >> 8);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
