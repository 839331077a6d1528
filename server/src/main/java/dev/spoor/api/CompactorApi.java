package dev.spoor.api;

import dev.spoor.contract.CompactorOperations;
import dev.spoor.contract.CompactorOperations.Orphan;
import dev.spoor.contract.CompactorOperations.Orphans;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Tenant;
import dev.spoor.platform.config.Durations;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.wire.json.JsonWriter;
import java.io.IOException;
import java.util.Optional;

/// `/compactor/orphans`: blocks that were never finished, looked for now. `GET` tells of them,
/// `POST` with `dry_run=false` deletes them.
public final class CompactorApi {

  private static final String PATH = "/compactor/orphans";

  private final CompactorOperations compactor;

  public CompactorApi(CompactorOperations compactor) {
    this.compactor = compactor;
  }

  /// Adds the routes to a port.
  public void serve(HttpListener listener) {
    listener.route(Purpose.PROCESS, "GET", PATH, "compactor_orphans", this::tell);
    listener.route(Purpose.PROCESS, "POST", PATH, "compactor_orphans", this::clear);
  }

  private Response tell(Request request) throws IOException {
    return answer(compactor.orphans(tenant(request), false), true);
  }

  private Response clear(Request request) throws IOException {
    boolean dryRun = isDryRun(request);
    return answer(compactor.orphans(tenant(request), !dryRun), dryRun);
  }

  private static boolean isDryRun(Request request) {
    String dryRun = request.parameter("dry_run").orElse("true");
    return switch (dryRun) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Parameters.invalid("dry_run must be true or false, not " + dryRun);
    };
  }

  private static Optional<Tenant> tenant(Request request) {
    try {
      return request.parameter("tenant").map(Tenant::new);
    } catch (IllegalArgumentException invalid) {
      throw new ServiceException(ErrorKind.INVALID, String.valueOf(invalid.getMessage()), invalid);
    }
  }

  private static Response answer(Orphans found, boolean dryRun) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("dryRun").bool(dryRun);
    json.name("minAge").string(Durations.formatGo(found.minAge()));
    json.name("orphans").beginArray();
    for (Orphan orphan : found.orphans()) {
      json.beginObject();
      json.name("tenant").string(orphan.tenant().id());
      json.name("block").string(orphan.block().toString());
      json.name("objects").number(orphan.objects());
      json.name("bytes").number(orphan.bytes());
      json.name("newest").string(orphan.newest().toString());
      json.name("deleted").bool(orphan.deleted());
      json.endObject();
    }
    json.endArray().endObject();
    return Response.of(Response.JSON, json.finish().toArray());
  }
}
