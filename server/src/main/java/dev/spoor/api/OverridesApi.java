package dev.spoor.api;

import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.TenantEntry;
import dev.spoor.overrides.UserOverrides;
import dev.spoor.overrides.UserOverridesStore;
import dev.spoor.overrides.UserOverridesStore.Versioned;
import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.io.IOException;
import java.util.Optional;

/// `/api/overrides`: what a tenant sets itself, with versions, so that nobody overwrites what they
/// have not seen. Who may read may see it, unless `access.admin` closes it off; changing it takes
/// the verb `admin`.
public final class OverridesApi {

  private static final String BODY = "body";

  private final UserOverridesStore store;
  private final Overrides overrides;
  private final TenantHeader tenants;

  public OverridesApi(UserOverridesStore store, Overrides overrides, TenantHeader tenants) {
    this.store = store;
    this.overrides = overrides;
    this.tenants = tenants;
  }

  public void serve(HttpListener listener, String prefix) {
    String path = prefix + "/api/overrides";
    listener.route(
        Purpose.LIMITS, "GET", path, "api_overrides", request -> failing(request, this::get));
    listener.route(
        Purpose.ADMIN, "POST", path, "api_overrides", request -> failing(request, this::post));
    listener.route(
        Purpose.ADMIN, "PATCH", path, "api_overrides", request -> failing(request, this::patch));
    listener.route(
        Purpose.ADMIN, "DELETE", path, "api_overrides", request -> failing(request, this::delete));
  }

  private interface Work {
    Response of(Tenant tenant, Request request) throws IOException, ConfigException;
  }

  private Response failing(Request request, Work work) {
    Tenant tenant = tenants.of(request);
    try {
      return work.of(tenant, request);
    } catch (ConfigException wrong) {
      return Response.text(400, String.valueOf(wrong.getMessage()));
    } catch (IOException failure) {
      throw new ServiceException(ErrorKind.INTERNAL, "overrides: " + failure.getMessage(), failure);
    }
  }

  private Response get(Tenant tenant, Request request) throws IOException {
    String scope = request.parameter("scope").orElse("api");
    if (!scope.equals("api") && !scope.equals("merged")) {
      return Response.text(
          400, "unknown scope \"%s\", valid options are api and merged".formatted(scope));
    }
    Optional<Versioned> stored = store.get(tenant);
    if (stored.isEmpty()) {
      return Response.of(404);
    }
    UserOverrides own = stored.get().overrides();
    Optional<TenantEntry> entry = overrides.perTenant().of(tenant);
    byte[] json =
        scope.equals("merged") && entry.isPresent()
            ? own.toJsonOver(entry.get().tree())
            : own.toJson();
    return Response.of(Response.JSON, json).with("etag", stored.get().version());
  }

  private Response post(Tenant tenant, Request request) throws IOException, ConfigException {
    Optional<String> version = version(request);
    if (version.isEmpty()) {
      return withoutVersion();
    }
    UserOverrides wanted = UserOverrides.parse(BODY, request.body().toArray());
    Optional<String> refusal = store.refusal(tenant, wanted, !skipsCheck(request));
    if (refusal.isPresent()) {
      return Response.text(400, refusal.get());
    }
    return store
        .put(tenant, wanted, version.get())
        .map(now -> Response.of(200).with("etag", now))
        .orElseGet(OverridesApi::otherVersion);
  }

  private Response patch(Tenant tenant, Request request) throws IOException, ConfigException {
    Optional<Versioned> stored = store.get(tenant);
    byte[] patch = request.body().toArray();
    UserOverrides wanted =
        stored.isPresent()
            ? stored.get().overrides().patched(BODY, patch)
            : UserOverrides.ofPatch(BODY, patch);
    Optional<String> refusal = store.refusal(tenant, wanted, !skipsCheck(request));
    if (refusal.isPresent()) {
      return Response.text(400, refusal.get());
    }
    String version = stored.map(Versioned::version).orElse(UserOverridesStore.NEW);
    return store
        .put(tenant, wanted, version)
        .map(now -> Response.of(Response.JSON, wanted.toJson()).with("etag", now))
        .orElseGet(() ->
            Response.text(
                500, "overrides have been modified during request processing, try again"));
  }

  private Response delete(Tenant tenant, Request request) throws IOException {
    Optional<String> version = version(request);
    if (version.isEmpty()) {
      return withoutVersion();
    }
    if (store.delete(tenant, version.get())) {
      return Response.of(200);
    }
    return store.get(tenant).isEmpty() ? Response.of(404) : otherVersion();
  }

  /// Quotes, which HTTP wants around tags, are taken off.
  private static Optional<String> version(Request request) {
    return request.header("if-match").map(tag -> tag.replace("\"", "")).filter(t -> !t.isEmpty());
  }

  private static Response withoutVersion() {
    return Response.text(428, "must specify If-Match header");
  }

  private static Response otherVersion() {
    return Response.text(412, "the stored overrides are of another version");
  }

  private static boolean skipsCheck(Request request) {
    return switch (request.parameter("skip-conflicting-overrides-check").orElse("false")) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default ->
          throw Parameters.invalid(
              "could not parse skip-conflicting-overrides-check, must be a boolean value");
    };
  }
}
