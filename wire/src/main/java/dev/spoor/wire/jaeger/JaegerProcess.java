package dev.spoor.wire.jaeger;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.AttributeWriter;
import org.jspecify.annotations.Nullable;

/// Turns the parts of a Jaeger process into an OTLP resource.
///
/// `hostname` becomes `host.name`, and `jaeger.version` becomes `opencensus.exporterversion`,
/// unless there is one already.
final class JaegerProcess {

  private static final Bytes SERVICE_NAME = Bytes.utf8("service.name");

  /// What OpenTelemetry senders write for a resource without a service name.
  private static final Bytes NO_SERVICE_NAME = Bytes.utf8("OTLPResourceNoServiceName");

  private static final Bytes HOSTNAME = Bytes.utf8("hostname");
  private static final Bytes HOST_NAME = Bytes.utf8("host.name");
  private static final Bytes JAEGER_VERSION = Bytes.utf8("jaeger.version");
  private static final Bytes EXPORTER_VERSION = Bytes.utf8("opencensus.exporterversion");
  private static final int ATTRIBUTES = 1;

  private final ProtoWriter resource = new ProtoWriter();
  private final ProtoWriter hostname = new ProtoWriter();
  private final ProtoWriter renamedHostname = new ProtoWriter();
  private @Nullable Bytes jaegerVersion;
  private boolean hasHostName;
  private boolean hasExporterVersion;

  void begin() {
    resource.clear();
    hostname.clear();
    renamedHostname.clear();
    jaegerVersion = null;
    hasHostName = false;
    hasExporterVersion = false;
  }

  void serviceName(Bytes name) {
    if (!name.isEmpty() && !name.equals(NO_SERVICE_NAME)) {
      AttributeWriter.string(resource, ATTRIBUTES, SERVICE_NAME, name);
    }
  }

  void tag(JaegerTag tag) {
    if (tag.key.equals(HOSTNAME)) {
      tag.write(hostname, ATTRIBUTES);
      tag.writeAs(HOST_NAME, renamedHostname, ATTRIBUTES);
    } else if (tag.key.equals(JAEGER_VERSION) && tag.type == JaegerTag.Type.STRING) {
      jaegerVersion = tag.string;
    } else {
      hasHostName |= tag.key.equals(HOST_NAME);
      hasExporterVersion |= tag.key.equals(EXPORTER_VERSION);
      tag.write(resource, ATTRIBUTES);
    }
  }

  /// The fields of the `Resource`; good until the next one is begun.
  ProtoWriter end() {
    ProtoWriter host = hasHostName ? hostname : renamedHostname;
    resource.raw(Bytes.of(host.toArray()));
    if (jaegerVersion != null && hasExporterVersion) {
      AttributeWriter.string(resource, ATTRIBUTES, JAEGER_VERSION, jaegerVersion);
    } else if (jaegerVersion != null) {
      Bytes version = Bytes.utf8("Jaeger-" + jaegerVersion.utf8());
      AttributeWriter.string(resource, ATTRIBUTES, EXPORTER_VERSION, version);
    }
    return resource;
  }
}
