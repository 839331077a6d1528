package dev.spoor.ingester;

import dev.spoor.model.TraceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Where the spans of a tenant are, but for the pushes that are not yet in columns. Spans move from
/// left to right; a new state has them in the next place before the old one is let go. Immutable.
///
/// @param batches in the order of the log
/// @param heads in the order of the log
/// @param blocks in the order in which they were finished
record TenantState(List<LiveBatch> batches, List<HeadFile> heads, List<HeldBlock> blocks) {

  static final TenantState EMPTY = new TenantState(List.of(), List.of(), List.of());

  TenantState {
    batches = List.copyOf(batches);
    heads = List.copyOf(heads);
    blocks = List.copyOf(blocks);
  }

  TenantState withBatch(LiveBatch batch) {
    return new TenantState(appended(batches, batch), heads, blocks);
  }

  /// The batches `merged` are one batch now.
  TenantState merged(List<LiveBatch> merged, LiveBatch into) {
    List<LiveBatch> now = new ArrayList<>(batches);
    int first = now.indexOf(merged.getFirst());
    now.removeAll(merged);
    now.add(first, into);
    return new TenantState(now, heads, blocks);
  }

  /// The batches `cut` are a head segment now.
  TenantState cut(List<LiveBatch> cut, HeadFile into) {
    return new TenantState(without(batches, cut::contains), appended(heads, into), blocks);
  }

  TenantState withHead(HeadFile head) {
    return new TenantState(batches, appended(heads, head), blocks);
  }

  /// What can still be read of the head segment `damaged`, if anything, takes its place.
  TenantState salvaged(HeadFile damaged, Optional<HeadFile> readable) {
    List<HeadFile> now = new ArrayList<>();
    for (HeadFile head : heads) {
      if (head.equals(damaged)) {
        readable.ifPresent(now::add);
      } else {
        now.add(head);
      }
    }
    return new TenantState(batches, now, blocks);
  }

  /// The head segments `completed` are a block now.
  TenantState completed(List<HeadFile> completed, HeldBlock into) {
    return new TenantState(batches, without(heads, completed::contains), appended(blocks, into));
  }

  TenantState withBlock(HeldBlock block) {
    return new TenantState(batches, heads, appended(blocks, block));
  }

  TenantState replaced(HeldBlock block) {
    List<HeldBlock> now = new ArrayList<>(blocks);
    now.replaceAll(old -> isBlock(old, block.meta().blockId()) ? block : old);
    return new TenantState(batches, heads, now);
  }

  TenantState withoutBlock(UUID id) {
    return new TenantState(batches, heads, without(blocks, block -> isBlock(block, id)));
  }

  private static boolean isBlock(HeldBlock block, UUID id) {
    return block.meta().blockId().equals(id);
  }

  /// The traces of which a span may be in several places, as far as they are known one by one: a
  /// set for each place that has any.
  List<Set<TraceId>> repeated() {
    return Stream.of(
            batches.stream().map(LiveBatch::repeated),
            heads.stream().map(HeadFile::repeated),
            blocks.stream().map(HeldBlock::repeated))
        .flatMap(places -> places)
        .map(RepeatedTraces::ids)
        .filter(ids -> !ids.isEmpty())
        .toList();
  }

  long headBytes() {
    return heads.stream().mapToLong(HeadFile::bytes).sum();
  }

  long headSpans() {
    return heads.stream().mapToLong(head -> head.reader().info().spans()).sum();
  }

  /// Bytes of blocks that are not yet in the object store.
  long unflushedBytes() {
    return blocks.stream()
        .filter(block -> block.flushedAt().isEmpty())
        .mapToLong(HeldBlock::bytes)
        .sum();
  }

  long flushedBytes() {
    return blocks.stream()
        .filter(block -> block.flushedAt().isPresent())
        .mapToLong(HeldBlock::bytes)
        .sum();
  }

  private static <T> List<T> appended(List<T> list, T item) {
    List<T> longer = new ArrayList<>(list.size() + 1);
    longer.addAll(list);
    longer.add(item);
    return longer;
  }

  private static <T> List<T> without(List<T> list, Predicate<T> gone) {
    return list.stream().filter(gone.negate()).toList();
  }
}
