package dev.spoor.api;

import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.PerTenantLimits;
import dev.spoor.overrides.UserOverrides;
import dev.spoor.wire.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;

/// `/status/overrides` and `/status/overrides/{tenant}`: which tenants have limits of their own,
/// and which hold for one. For operators: it names tenants.
public final class OverridesStatusApi {

  private static final String HTML = "text/html; charset=utf-8";

  private final Overrides overrides;
  private final BiFunction<PerTenantLimits, String, String> limits;
  private final boolean userConfigurable;
  private final InstantSource clock;

  /// @param limits YAML of what the per-tenant file comes to for a tenant
  /// @param userConfigurable whether tenants may set something themselves
  public OverridesStatusApi(
      Overrides overrides,
      BiFunction<PerTenantLimits, String, String> limits,
      boolean userConfigurable,
      InstantSource clock) {
    this.overrides = overrides;
    this.limits = limits;
    this.userConfigurable = userConfigurable;
    this.clock = clock;
  }

  public void serve(HttpListener listener) {
    listener.route(Purpose.STATUS, "GET", "/status/overrides", "status_overrides", this::all);
    listener.route(
        Purpose.STATUS, "GET", "/status/overrides/{tenant}", "status_overrides_tenant", this::one);
  }

  private Response all(Request request) {
    PerTenantLimits file = overrides.perTenant();
    TreeSet<String> tenants = new TreeSet<>(file.entries().keySet());
    overrides.users().keySet().forEach(tenant -> tenants.add(tenant.id()));
    return wantsJson(request) ? json(file, tenants) : html(file, tenants);
  }

  private Response json(PerTenantLimits file, TreeSet<String> tenants) {
    JsonWriter json = begun().name("tenants").beginArray();
    for (String tenant : tenants) {
      json.beginObject()
          .name("name")
          .string(tenant)
          .name("has_runtime_overrides")
          .bool(file.entries().containsKey(tenant))
          .name("has_user_configurable_overrides")
          .bool(isUser(tenant))
          .endObject();
    }
    return Response.of(Response.JSON, json.endArray().endObject().finish().toArray());
  }

  private Response html(PerTenantLimits file, TreeSet<String> tenants) {
    StringBuilder html = new StringBuilder("<!DOCTYPE html><title>Overrides</title>");
    html.append("<table><tr><th>Tenant<th>Runtime overrides<th>User-configurable overrides");
    for (String tenant : tenants) {
      String name = escaped(tenant);
      html.append("<tr><td><a href=\"/status/overrides/%s\">%s</a>".formatted(name, name));
      html.append("<td>").append(file.entries().containsKey(tenant) ? "yes" : "");
      html.append("<td>").append(isUser(tenant) ? "yes" : "");
    }
    return Response.of(HTML, html.append("</table>\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  private Response one(Request request) {
    String tenant = request.pathParameter("tenant");
    PerTenantLimits file = overrides.perTenant();
    String source =
        file.entries().containsKey(tenant)
            ? tenant
            : file.entries().containsKey(PerTenantLimits.WILDCARD)
                ? PerTenantLimits.WILDCARD
                : "default overrides";
    String runtime = limits.apply(file, tenant);
    String own = user(tenant);
    if (!wantsJson(request)) {
      String html =
          "<!DOCTYPE html><title>Overrides of %1$s</title><h1>%1$s</h1><h2>User-configurable overrides</h2><pre>%2$s</pre><h2>Runtime overrides, of: %3$s</h2><pre>%4$s</pre>\n"
              .formatted(escaped(tenant), escaped(own), escaped(source), escaped(runtime));
      return Response.of(HTML, html.getBytes(StandardCharsets.UTF_8));
    }
    JsonWriter json =
        begun()
            .name("tenant")
            .string(tenant)
            .name("user_configurable_overrides")
            .string(own)
            .name("runtime_overrides")
            .string(runtime)
            .name("using_default_or_wildcard_runtime_overrides")
            .string(source)
            .endObject();
    return Response.of(Response.JSON, json.finish().toArray());
  }

  private String user(String tenant) {
    if (!userConfigurable) {
      return "User-configurable overrides are not enabled";
    }
    return Optional.of(tenant)
        .filter(Tenant::isValid)
        .map(id -> overrides.users().get(new Tenant(id)))
        .map(UserOverrides::toJson)
        .map(json -> new String(json, StandardCharsets.UTF_8))
        .orElse("No user-configurable overrides set");
  }

  private boolean isUser(String tenant) {
    return Tenant.isValid(tenant) && overrides.users().containsKey(new Tenant(tenant));
  }

  private JsonWriter begun() {
    return new JsonWriter().beginObject().name("now").string(clock.instant().toString());
  }

  private static boolean wantsJson(Request request) {
    return request.header("accept").filter(all -> all.contains("application/json")).isPresent();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
