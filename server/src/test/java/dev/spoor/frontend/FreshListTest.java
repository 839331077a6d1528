package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceResult;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.Blocklist;
import dev.spoor.storage.blocklist.TenantBlocks;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.objectstore.ListRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// That a trace is in no block is only said by who knows all blocks.
class FreshListTest {

  private static final TraceId TRACE = new TraceId(0, 7);

  private final CpuPool pool = new CpuPool("test", 2);
  private final OldList lists = new OldList();
  private Places places;

  @BeforeEach
  void start() throws Exception {
    pool.start();
    places = new Places();
    lists.list = places.list();
    places.addStoredBlock(span(), 1000);
  }

  @AfterEach
  void close() throws Exception {
    pool.close();
    places.close();
  }

  @Test
  void aTraceThatIsMissingInAnOldListIsLookedForInANewOne() throws Exception {
    assertThat(find(TRACE).trace()).isPresent();
    assertThat(lists.refreshed).isEqualTo(1);
    assertThat(find(TRACE).trace()).isPresent();
    assertThat(lists.refreshed).isEqualTo(1);
  }

  @Test
  void aTraceThatIsInNoBlockIsMissingAlthoughTheListIsNew() throws Exception {
    assertThat(find(new TraceId(0, 8)).trace()).isEmpty();
    assertThat(lists.refreshed).isEqualTo(1);
  }

  @Test
  void anOldListThatCannotBeReadAgainIsNoAnswer() {
    lists.failure = new IOException("bucket unreachable");

    assertThatThrownBy(() -> find(TRACE))
        .isInstanceOfSatisfying(
            ServiceException.class,
            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
        .hasMessageContaining("bucket unreachable");
  }

  @Test
  void aTraceWhoseBlockWasMergedAndDeletedMeanwhileIsFoundInTheOther() throws Exception {
    lists.afterFirstLook = places.list();
    BlockMeta old = places.addStoredBlock(span(), 1000);
    lists.list = onlyListed(old);
    lists.refreshed = 1; // the list itself is new enough
    delete(old);

    TraceResult result = find(TRACE);

    assertThat(result.trace()).isPresent();
    assertThat(result.partial()).isEmpty();
  }

  @Test
  void aTraceThatMayBeInABlockWithoutItsDataIsNotSaidToBeMissing() throws Exception {
    BlockMeta lost = places.addStoredBlock(span(), 1000);
    lists.list = onlyListed(lost);
    lists.refreshed = 1; // it is the newest list
    delete(lost);

    TraceResult result = find(TRACE);

    assertThat(result.trace()).isEmpty();
    assertThat(result.partial().orElseThrow()).contains(lost.blockId() + " is gone");
  }

  private void delete(BlockMeta block) throws IOException {
    List<String> keys = new ArrayList<>();
    places
        .objects()
        .forEach(
            ListRequest.below(Places.TENANT.id() + "/" + block.blockId() + "/"),
            object -> keys.add(object.key()));
    for (String key : keys) {
      places.objects().delete(key);
    }
  }

  private static Blocklist onlyListed(BlockMeta block) {
    return new Blocklist(
        Map.of(Places.TENANT, new TenantBlocks(Map.of(block.blockId(), block), Map.of(), Map.of())),
        new TreeSet<>(),
        Instant.EPOCH,
        Map.of());
  }

  private TraceResult find(TraceId id) throws InterruptedException {
    StoredBlocks stored =
        new StoredBlocks(new BlockStore(places.objects(), new BlockCache(1 << 20)), lists);
    QueryFrontend frontend =
        new QueryFrontend(
            _ -> places,
            stored,
            new BlockTraceIds(stored, 1 << 20),
            pool,
            new QueryLimits(QueryFrontendConfig.DEFAULTS, QuerierConfig.DEFAULTS, 1L << 30),
            new FrontendMetrics(new Metrics()));
    return frontend.traceById(
        Places.TENANT,
        new TraceLookup(id, Optional.empty(), Optional.empty(), TraceLookup.Where.ALL, 0));
  }

  private static SpanColumns span() {
    SpanColumnsBuilder to = new SpanColumnsBuilder();
    to.endResource(0);
    to.endScope(0, 0, 0);
    to.span().traceIdHigh = TRACE.high();
    to.span().traceIdLow = TRACE.low();
    to.span().spanId = 1;
    to.span().startNanos = 1_790_000_000_000_000_000L;
    to.span().endNanos = to.span().startNanos;
    to.endSpan();
    return to.build();
  }

  /// A list without the newest blocks, until somebody needs to know.
  private final class OldList implements StoredBlocks.Lists {

    private Blocklist list = Blocklist.EMPTY;
    private IOException failure;
    private int refreshed;

    /// What it is after somebody looked at it.
    private Blocklist afterFirstLook;

    @Override
    public Optional<Blocklist> latest() {
      Blocklist known = list;
      list = afterFirstLook == null ? list : afterFirstLook;
      return Optional.of(known);
    }

    @Override
    public boolean refresh(Tenant tenant) throws IOException {
      if (failure != null) {
        throw failure;
      }
      if (refreshed > 0) {
        return false;
      }
      refreshed++;
      list = places.list();
      return true;
    }
  }
}
