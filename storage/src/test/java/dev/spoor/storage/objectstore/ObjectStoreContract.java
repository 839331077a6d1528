package dev.spoor.storage.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore] promises.
public abstract class ObjectStoreContract {

  private static final int ANY = 1 << 30;

  /// An empty store; whoever extends this closes it.
  protected abstract ObjectStore store() throws Exception;

  @Test
  void anObjectIsReadBackAsItWasPut() throws Exception {
    store().put("acme/block/meta.json", utf8("{}"));

    assertThat(store().get("acme/block/meta.json", ANY)).isEqualTo(utf8("{}"));
  }

  @Test
  void anObjectMayBeEmpty() throws Exception {
    store().put("acme/block/nocompact.flg", new byte[0]);

    assertThat(store().get("acme/block/nocompact.flg", 0)).isEmpty();
    assertThat(store().read("acme/block/nocompact.flg", 0, 0)).isEmpty();
    assertThat(store().head("acme/block/nocompact.flg").size()).isZero();
  }

  @Test
  void puttingAgainReplacesTheObject() throws Exception {
    String first = store().put("a/b", utf8("the longer first one"));
    String second = store().put("a/b", utf8("second"));

    assertThat(store().get("a/b", ANY)).isEqualTo(utf8("second"));
    assertThat(second).isNotEmpty().isNotEqualTo(first);
  }

  @Test
  void aMissingObjectIsNamed() {
    assertThatThrownBy(() -> store().get("acme/gone", ANY)).satisfies(this::namesTheMissing);
    assertThatThrownBy(() -> store().read("acme/gone", 0, 1)).satisfies(this::namesTheMissing);
    assertThatThrownBy(() -> store().head("acme/gone")).satisfies(this::namesTheMissing);
  }

  @Test
  void aFolderIsNoObject() throws Exception {
    store().put("acme/gone/object", utf8("x"));

    assertThatThrownBy(() -> store().get("acme/gone", ANY)).satisfies(this::namesTheMissing);
    assertThatThrownBy(() -> store().read("acme/gone", 0, 1)).satisfies(this::namesTheMissing);
    assertThatThrownBy(() -> store().head("acme/gone")).satisfies(this::namesTheMissing);
    store().delete("acme/gone");
    assertThat(store().get("acme/gone/object", ANY)).isEqualTo(utf8("x"));
  }

  @Test
  void aRangeIsReadExactly() throws Exception {
    store().put("a/b", utf8("0123456789"));

    assertThat(store().read("a/b", 0, 3)).isEqualTo(utf8("012"));
    assertThat(store().read("a/b", 4, 1)).isEqualTo(utf8("4"));
    assertThat(store().read("a/b", 7, 3)).isEqualTo(utf8("789"));
    assertThat(store().read("a/b", 0, 10)).isEqualTo(utf8("0123456789"));
  }

  @Test
  void aRangeBeyondTheEndIsAnErrorAndNeverShort() throws Exception {
    store().put("a/b", utf8("0123456789"));

    assertThatThrownBy(() -> store().read("a/b", 8, 3))
        .isInstanceOf(ShortObjectException.class)
        .hasMessageContaining("a/b");
    assertThatThrownBy(() -> store().read("a/b", 20, 1)).isInstanceOf(ShortObjectException.class);
  }

  @Test
  void anObjectLargerThanTheCallerTakesIsRefused() throws Exception {
    store().put("a/b", utf8("0123456789"));

    assertThat(store().get("a/b", 10)).hasSize(10);
    assertThatThrownBy(() -> store().get("a/b", 9))
        .isInstanceOf(ObjectTooLargeException.class)
        .hasMessageContaining("a/b");
  }

  @Test
  void headTellsSizeAndTimeAndTag() throws Exception {
    String put = store().put("a/b", utf8("0123456789"));

    ObjectInfo head = store().head("a/b");
    assertThat(head.key()).isEqualTo("a/b");
    assertThat(head.size()).isEqualTo(10);
    assertThat(head.etag()).isEqualTo(put);
    assertThat(Duration.between(head.lastModified(), Instant.now()).abs())
        .isLessThan(Duration.ofHours(1));
  }

  @Test
  void aLargeObjectComesFromASource() throws Exception {
    byte[] content = random(largeObject());
    store().put("acme/block/data.parquet", ObjectSource.of(content));

    assertThat(store().head("acme/block/data.parquet").size()).isEqualTo(content.length);
    assertThat(store().get("acme/block/data.parquet", ANY)).isEqualTo(content);
  }

  @Test
  void aSourceThatFailsLeavesTheObjectOfBefore() throws Exception {
    store().put("a/b", utf8("before"));

    assertThatThrownBy(() -> store().put("a/b", failingAfter(largeObject() - 1, largeObject())))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store().put("a/new", failingAfter(largeObject() - 1, largeObject())))
        .isInstanceOf(IOException.class);

    assertThat(store().get("a/b", ANY)).isEqualTo(utf8("before"));
    assertThat(keys(ListRequest.below(""))).containsExactly("a/b");
  }

  @Test
  void putIfAbsentPutsOnce() throws Exception {
    assertThat(store().putIfAbsent("a/b", utf8("first"))).isTrue();
    assertThat(store().putIfAbsent("a/b", utf8("second"))).isFalse();

    assertThat(store().get("a/b", ANY)).isEqualTo(utf8("first"));
  }

  @Test
  void oneOfManyWhoPutIfAbsentWins() throws Exception {
    ObjectStore store = store();
    AtomicInteger winners = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] mine = utf8("thread " + i);
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              if (store.putIfAbsent("a/lease", mine)) {
                winners.incrementAndGet();
              }
            } catch (IOException failure) {
              throw new AssertionError(failure);
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(winners).hasValue(1);
  }

  @Test
  void putIfMatchReplacesOnlyTheObjectThatWasSeen() throws Exception {
    String first = store().put("a/b", utf8("first"));

    assertThat(store().putIfMatch("a/b", first, utf8("second one"))).isTrue();
    assertThat(store().putIfMatch("a/b", first, utf8("third"))).isFalse();
    assertThat(store().putIfMatch("a/gone", first, utf8("third"))).isFalse();
    assertThat(store().get("a/b", ANY)).isEqualTo(utf8("second one"));
  }

  @Test
  void deletingTwiceIsNoFailure() throws Exception {
    store().put("a/b", utf8("x"));
    store().delete("a/b");
    store().delete("a/b");

    assertThatThrownBy(() -> store().get("a/b", ANY)).isInstanceOf(ObjectNotFoundException.class);
    assertThat(keys(ListRequest.below(""))).isEmpty();
    assertThat(store().folders("")).isEmpty();
  }

  @Test
  void listsAllBelowAPrefixInOrder() throws Exception {
    List<String> keys = List.of("a-b/x", "a/b-c", "a/b/c", "a/b/d/e", "a/bc", "b/a");
    for (String key : keys.reversed()) {
      store().put(key, utf8(key));
    }

    assertThat(keys(ListRequest.below(""))).containsExactlyElementsOf(keys);
    assertThat(keys(ListRequest.below("a/"))).containsExactlyElementsOf(keys.subList(1, 5));
    assertThat(keys(ListRequest.below("a/b/"))).containsExactly("a/b/c", "a/b/d/e");
    assertThat(keys(ListRequest.below("nothing/here/"))).isEmpty();
    assertThat(keys(ListRequest.below("").after("a/b/c")))
        .containsExactly("a/b/d/e", "a/bc", "b/a");
    assertThat(keys(ListRequest.below("a/").after("a/b/cc"))).containsExactly("a/b/d/e", "a/bc");
  }

  @Test
  void aListingTellsSizeTimeAndTag() throws Exception {
    String put = store().put("a/b", utf8("0123456789"));

    ObjectInfo listed = store().list(ListRequest.below("a/")).objects().getFirst();
    assertThat(listed.key()).isEqualTo("a/b");
    assertThat(listed.size()).isEqualTo(10);
    assertThat(listed.etag()).isEqualTo(put);
  }

  @Test
  void listsFoldersAndObjectsOfOneLevel() throws Exception {
    for (String key :
        List.of("acme/1/meta.json", "acme/2/data", "other/3/meta.json", "seed.json")) {
      store().put(key, utf8(key));
    }

    ListPage root = store().list(ListRequest.oneLevel(""));
    assertThat(root.folders()).containsExactly("acme/", "other/");
    assertThat(root.objects()).extracting(ObjectInfo::key).containsExactly("seed.json");
    assertThat(store().folders("")).containsExactly("acme", "other");
    assertThat(store().folders("acme/")).containsExactly("1", "2");
    assertThat(store().folders("acme/1/")).isEmpty();
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrRepetition() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      keys.add("acme/%02d/%s".formatted(i / 2, i % 2 == 0 ? "a" : "b"));
    }
    for (String key : keys) {
      store().put(key, utf8(key));
    }

    for (int size = 1; size <= 13; size += 3) {
      assertThat(keys(ListRequest.below("acme/").pageSize(size))).containsExactlyElementsOf(keys);
      List<String> folders = new ArrayList<>();
      ListPage page = store().list(ListRequest.oneLevel("acme/").pageSize(size));
      folders.addAll(page.folders());
      while (!page.isLast()) {
        assertThat(page.folders().size()).isLessThanOrEqualTo(size);
        page = store().list(ListRequest.oneLevel("acme/").pageSize(size).page(page.next()));
        folders.addAll(page.folders());
      }
      assertThat(folders)
          .containsExactly("acme/00/", "acme/01/", "acme/02/", "acme/03/", "acme/04/", "acme/05/");
    }
  }

  @Test
  void keysThatLeadElsewhereAreRefused() {
    for (String key : List.of("", "/a", "a/", "a//b", "../a", "a/../../b", "./a", "a\\b", "a\0b")) {
      assertThatThrownBy(() -> store().put(key, utf8("x")))
          .as("key '%s'", key)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store().get(key, ANY))
          .as("key '%s'", key)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ListRequest.below("../")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ListRequest.below("acme"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oddButLegalKeysWork() throws Exception {
    String key = "it's (a) tenant!*_-.'/with space+plus&amp=%41/~x";
    store().put(key, utf8("x"));

    assertThat(store().get(key, ANY)).isEqualTo(utf8("x"));
    assertThat(store().read(key, 0, 1)).isEqualTo(utf8("x"));
    assertThat(keys(ListRequest.below("it's (a) tenant!*_-.'/"))).containsExactly(key);
    assertThat(store().folders("")).containsExactly("it's (a) tenant!*_-.'");
    store().delete(key);
    assertThat(keys(ListRequest.below(""))).isEmpty();
  }

  @Test
  void aReaderNeverSeesPartOfAnObject() throws Exception {
    ObjectStore store = store();
    int size = 100_000;
    store.put("a/b", filled(size, 0));
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        Thread.startVirtualThread(() -> {
          try {
            for (int i = 1; i <= 10; i++) {
              store.put("a/b", filled(size, i));
            }
          } catch (IOException failure) {
            throw new AssertionError(failure);
          } finally {
            done.set(true);
          }
        });
    while (!done.get()) {
      byte[] seen = store.get("a/b", ANY);
      assertThat(seen).isEqualTo(filled(size, seen[0]));
    }
    writer.join();

    assertThat(store.get("a/b", ANY)).isEqualTo(filled(size, 10));
  }

  /// Bytes of an object that this store sends in more than one piece.
  protected int largeObject() {
    return 1_000_000;
  }

  protected static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  protected static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /// Content that cannot be read past `good` bytes.
  protected static ObjectSource failingAfter(int good, int length) {
    byte[] content = random(length);
    return new ObjectSource() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public InputStream open(long offset, long count) throws IOException {
        InputStream all = ObjectSource.of(content).open(offset, count);
        return new InputStream() {
          private long position = offset;

          @Override
          public int read() throws IOException {
            if (position >= good) {
              throw new IOException("the disk has a bad sector");
            }
            position++;
            return all.read();
          }
        };
      }
    };
  }

  private List<String> keys(ListRequest request) throws Exception {
    List<String> keys = new ArrayList<>();
    store().forEach(request, object -> keys.add(object.key()));
    return keys;
  }

  private void namesTheMissing(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            ObjectNotFoundException.class,
            missing -> {
              assertThat(missing.key()).isEqualTo("acme/gone");
              assertThat(missing.status()).isEqualTo(404);
              assertThat(missing).hasMessageContaining("acme/gone");
            });
  }

  private static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
