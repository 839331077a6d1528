package dev.spoor.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns away who speaks in plain on an encrypted port, before TLS sees it: TLS would put what it
/// can't read into its error and so into the log, and that may hold a token.
final class PlainTextGuard extends ChannelInboundHandlerAdapter {

  private static final Logger log = LoggerFactory.getLogger(PlainTextGuard.class);

  private static final byte[] ANSWER =
      """
      HTTP/1.1 400 Bad Request\r
      content-type: text/plain; charset=utf-8\r
      content-length: 47\r
      connection: close\r
      \r
      this port speaks TLS: use https instead of http\
      """
          .getBytes(StandardCharsets.US_ASCII);

  /// A TLS record's head.
  private static final int ENOUGH = 5;

  private final String listener;
  private boolean refused;

  PlainTextGuard(String listener) {
    this.listener = listener;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (refused || !(message instanceof ByteBuf bytes)) {
      io.netty.util.ReferenceCountUtil.release(message);
      return;
    }
    // Of less than a head the first byte tells: a handshake begins with 22.
    boolean encrypted =
        bytes.readableBytes() >= ENOUGH
            ? SslHandler.isEncrypted(bytes)
            : !bytes.isReadable() || bytes.getByte(bytes.readerIndex()) == 22;
    if (encrypted) {
      context.pipeline().remove(this);
      context.fireChannelRead(bytes);
      return;
    }
    refused = true;
    bytes.release();
    log.debug("{}: plain text from {}", listener, context.channel().remoteAddress());
    context
        .writeAndFlush(context.alloc().buffer(ANSWER.length).writeBytes(ANSWER))
        .addListener(ChannelFutureListener.CLOSE);
  }
}
