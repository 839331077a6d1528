package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.AttributeWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// One side of a call, as far as it was told; empty and 0 for what was not.
final class ZipkinEndpoint {

  private static final Bytes HOST_IP = Bytes.utf8("net.host.ip");
  private static final Bytes HOST_PORT = Bytes.utf8("net.host.port");
  private static final Bytes PEER_SERVICE = Bytes.utf8("peer.service");
  private static final Bytes PEER_IP = Bytes.utf8("net.peer.ip");
  private static final Bytes PEER_PORT = Bytes.utf8("net.peer.port");

  Bytes serviceName = Bytes.EMPTY;
  Bytes ipv4 = Bytes.EMPTY;
  Bytes ipv6 = Bytes.EMPTY;
  int port;

  void clear() {
    serviceName = Bytes.EMPTY;
    ipv4 = Bytes.EMPTY;
    ipv6 = Bytes.EMPTY;
    port = 0;
  }

  void set(ZipkinEndpoint other) {
    serviceName = other.serviceName;
    ipv4 = other.ipv4;
    ipv6 = other.ipv6;
    port = other.port;
  }

  /// Attributes of the side that the span is from, but for its name.
  void writeLocal(ProtoWriter to, int field) {
    write(to, field, HOST_IP, HOST_PORT);
  }

  /// Attributes of the other side.
  void writeRemote(ProtoWriter to, int field) {
    if (!serviceName.isEmpty()) {
      AttributeWriter.string(to, field, PEER_SERVICE, serviceName);
    }
    write(to, field, PEER_IP, PEER_PORT);
  }

  private void write(ProtoWriter to, int field, Bytes ipKey, Bytes portKey) {
    Bytes ip = ipv4.isEmpty() ? ipv6 : ipv4;
    if (!ip.isEmpty()) {
      AttributeWriter.string(to, field, ipKey, ip);
    }
    if (port > 0) {
      AttributeWriter.integer(to, field, portKey, port);
    }
  }

  /// An address as text, with the longest run of zeros of IPv6 left out (RFC 5952).
  ///
  /// @param address 4 or 16 bytes; anything else gives nothing
  static Bytes text(byte[] address) {
    try {
      InetAddress parsed = InetAddress.getByAddress(address);
      String text = parsed.getHostAddress();
      return Bytes.utf8(parsed instanceof Inet6Address ? shortened(text) : text);
    } catch (UnknownHostException wrongLength) {
      return Bytes.EMPTY;
    }
  }

  /// @param full eight groups without leading zeros
  private static String shortened(String full) {
    String[] groups = full.split(":");
    int start = 0;
    int length = 1;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end].equals("0")) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    if (length == 1) {
      return full;
    }
    List<String> all = List.of(groups);
    return String.join(":", all.subList(0, start))
        + "::"
        + String.join(":", all.subList(start + length, groups.length));
  }
}
