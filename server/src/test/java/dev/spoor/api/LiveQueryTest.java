package dev.spoor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.listener.GrpcStream;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.wire.query.MetadataMetrics;
import dev.spoor.wire.query.TagsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LiveQueryTest {

  private final FakeStream stream = new FakeStream();

  @Test
  void aQueryThatTellsNothingHasOneMessage() throws Exception {
    run(progress -> answered("a", "b"));

    assertThat(stream.sent()).containsExactly(message("a", "b"));
  }

  @Test
  void eachMessageHasWhatIsNewAndTheLastOneAlwaysComes() throws Exception {
    run(progress -> {
      progress.advanced(() -> answer("a"));
      stream.awaitSent(1);
      progress.advanced(() -> answer("a", "b"));
      stream.awaitSent(2);
      return answered("a", "b");
    });

    assertThat(stream.sent()).containsExactly(message("a"), message("b"), message());
  }

  @Test
  void whatHappensWhileTheClientIsSlowBecomesOneMessage() throws Exception {
    stream.holdAfter(1);
    List<String> asked = new ArrayList<>();
    run(progress -> {
      progress.advanced(() -> answer("0"));
      stream.awaitSent(1);
      for (int i = 1; i <= 1000; i++) {
        int count = i;
        progress.advanced(() -> {
          asked.add("asked at " + count);
          return answer(upTo(count));
        });
      }
      stream.release();
      stream.awaitSent(2);
      return answered(upTo(1001));
    });

    assertThat(asked).hasSizeLessThan(3).contains("asked at 1000");
    assertThat(stream.sent()).hasSizeLessThan(5);
    assertThat(stream.names()).containsExactlyInAnyOrder(upTo(1001));
  }

  @Test
  void nothingIsSentDuringThePause() throws Exception {
    LiveQuery<TagsResponse> query = new LiveQuery<>(Duration.ofDays(1));
    query.run(
        progress -> {
          progress.advanced(() -> answer("a"));
          return answered("a", "b");
        },
        messages(),
        stream);

    assertThat(stream.sent()).containsExactly(message("a", "b"));
  }

  @Test
  void aQueryThatFailsEndsWithItsFailure() {
    assertThatThrownBy(() ->
            run(progress -> {
              throw new ServiceException(ErrorKind.INVALID, "no such tag");
            }))
        .isInstanceOf(ServiceException.class)
        .hasMessage("no such tag");
    assertThat(stream.sent()).isEmpty();
  }

  @Test
  void whoWaitsForTheQueryInterruptsItByBeingInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> interrupted = new CompletableFuture<>();
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                run(progress -> {
                  begun.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException gone) {
                    interrupted.complete("interrupted");
                    throw gone;
                  }
                  return answered();
                });
              } catch (Exception failure) {
                outcome.complete(failure);
              }
            });
    begun.await();
    caller.interrupt();

    assertThat(interrupted.get()).isEqualTo("interrupted");
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aClientThatGoesAwayInterruptsTheQuery() throws Exception {
    CompletableFuture<String> interrupted = new CompletableFuture<>();
    stream.failAfter(1);

    assertThatThrownBy(() ->
            run(progress -> {
              progress.advanced(() -> answer("a"));
              stream.awaitSent(1);
              progress.advanced(() -> answer("a", "b"));
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException gone) {
                interrupted.complete("interrupted");
                throw gone;
              }
              return answered();
            }))
        .isInstanceOf(InterruptedException.class);
    assertThat(interrupted.get()).isEqualTo("interrupted");
  }

  private void run(LiveQuery.Query<TagsResponse> query) throws Exception {
    new LiveQuery<TagsResponse>(Duration.ZERO).run(query, messages(), stream);
  }

  private static StreamedMessages<TagsResponse, ?> messages() {
    return new StreamedMessages<>(Forms.NAMES, StreamedMessages.Content.CHANGES, 1 << 20);
  }

  private static String[] upTo(int last) {
    String[] names = new String[last + 1];
    for (int i = 0; i <= last; i++) {
      names[i] = Integer.toString(i);
    }
    return names;
  }

  private static Answered<TagsResponse> answered(String... names) {
    return Answered.known(answer(names));
  }

  private static TagsResponse answer(String... names) {
    return new TagsResponse(List.of(names), new MetadataMetrics(0, 0, 0, 0, 0));
  }

  private static String message(String... names) {
    return text(answer(names).toProtobuf());
  }

  private static String text(Bytes message) {
    return java.util.HexFormat.of().formatHex(message.toArray());
  }

  /// Keeps what is sent; can make the sender wait, or fail.
  private static final class FakeStream implements GrpcStream {

    private final BlockingQueue<Bytes> messages = new LinkedBlockingQueue<>();
    private final Semaphore sent = new Semaphore(0);
    private volatile int heldAfter = Integer.MAX_VALUE;
    private volatile int failsAfter = Integer.MAX_VALUE;
    private final CountDownLatch released = new CountDownLatch(1);

    void holdAfter(int count) {
      heldAfter = count;
    }

    void release() {
      released.countDown();
    }

    void failAfter(int count) {
      failsAfter = count;
    }

    void awaitSent(int count) throws InterruptedException {
      sent.acquire(count);
      sent.release(count);
    }

    List<String> sent() {
      return messages.stream().map(LiveQueryTest::text).toList();
    }

    /// Of all messages: each name is two bytes of field and length, then its ASCII characters.
    List<String> names() {
      List<String> names = new ArrayList<>();
      for (Bytes message : messages) {
        int at = 0;
        while (message.at(at) == 0x0A) {
          int length = message.at(at + 1);
          byte[] name = new byte[length];
          for (int i = 0; i < length; i++) {
            name[i] = message.at(at + 2 + i);
          }
          names.add(new String(name, java.nio.charset.StandardCharsets.US_ASCII));
          at += 2 + length;
        }
      }
      return names;
    }

    @Override
    public void awaitRoom() throws InterruptedException {
      if (messages.size() >= failsAfter) {
        throw new InterruptedException("the client went away");
      }
      if (messages.size() >= heldAfter) {
        released.await();
      }
    }

    @Override
    public void send(Bytes message) throws InterruptedException {
      awaitRoom();
      messages.add(message);
      sent.release();
    }
  }
}
