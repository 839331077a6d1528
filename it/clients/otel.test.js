// The OpenTelemetry SDK for JavaScript, unmodified, over each of its three OTLP exporters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const query = `http://127.0.0.1:${process.env.SPOOR_HTTP}`;
const http = `http://127.0.0.1:${process.env.OTLP_HTTP}/v1/traces`;
const grpc = `http://127.0.0.1:${process.env.OTLP_GRPC}`;

const exporters = {
  "OTLP/gRPC": () => new GrpcExporter({ url: grpc }),
  "OTLP/HTTP protobuf": () => new ProtoExporter({ url: http }),
  "OTLP/HTTP protobuf, gzip": () => new ProtoExporter({ url: http, compression: "gzip" }),
  "OTLP/HTTP JSON": () => new JsonExporter({ url: http }),
};

for (const [name, exporter] of Object.entries(exporters)) {
  test(`${name}: what was exported is found at once, by id and by search`, async () => {
    const service = `js ${name}`;
    const traceId = await exportTrace(service, exporter());

    const found = await get(`/api/v2/traces/${traceId}`);
    const spans = found.trace.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans));
    assert.deepEqual(spans.map((s) => s.name).sort(), ["charge", "checkout"]);
    const charge = spans.find((s) => s.name === "charge");
    assert.equal(charge.kind, "SPAN_KIND_CLIENT");
    assert.equal(charge.status.code, "STATUS_CODE_ERROR");
    assert.equal(charge.events[0].name, "retry");
    const amount = charge.attributes.find((a) => a.key === "amount");
    assert.deepEqual(amount.value, { intValue: "42" });

    const tags = encodeURIComponent(`service.name="${service}"`);
    const byTags = await get(`/api/search?tags=${tags}`);
    assert.deepEqual(byTags.traces.map((t) => t.traceID.padStart(32, "0")), [traceId]);
    assert.equal(byTags.traces[0].rootTraceName, "checkout");

    const q = encodeURIComponent(`{ resource.service.name = "${service}" && span.amount = 42 }`);
    const byQuery = await get(`/api/search?q=${q}`);
    assert.equal(byQuery.traces.length, 1);
    assert.equal(byQuery.traces[0].spanSets[0].matched, 1);
  });
}

async function exportTrace(service, exporter) {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("clients", "1.0");
  const root = tracer.startSpan("checkout", { kind: SpanKind.SERVER });
  const child = tracer.startSpan(
    "charge",
    { kind: SpanKind.CLIENT, attributes: { amount: 42, currency: "EUR", tags: ["a", "b"] } },
    trace.setSpan(context.active(), root),
  );
  child.addEvent("retry", { attempt: 2 });
  child.setStatus({ code: SpanStatusCode.ERROR, message: "declined" });
  child.end();
  root.end();
  await provider.forceFlush();
  await provider.shutdown();
  return root.spanContext().traceId;
}

async function get(path) {
  const response = await fetch(query + path);
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}
