// The OpenTelemetry SDK for JavaScript, unmodified, over its exporters for Jaeger and Zipkin.
import assert from "node:assert/strict";
import { test } from "node:test";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { JaegerExporter } from "@opentelemetry/exporter-jaeger";
import { ZipkinExporter } from "@opentelemetry/exporter-zipkin";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const query = `http://127.0.0.1:${process.env.SPOOR_HTTP}`;
const jaeger = `http://127.0.0.1:${process.env.JAEGER_HTTP}/api/traces`;
const zipkin = `http://127.0.0.1:${process.env.ZIPKIN}/api/v2/spans`;

// Zipkin knows no types of tags, so all its values are strings. Jaeger's library sends every number as a
// double, and over UDP the binary form of Thrift.
const senders = {
  "Jaeger Thrift over HTTP": {
    exporter: () => new JaegerExporter({ endpoint: jaeger }),
    amount: { doubleValue: 42 },
    search: "span.amount = 42.0",
  },
  "Jaeger Thrift over UDP": {
    exporter: () => new JaegerExporter({ host: "127.0.0.1", port: Number(process.env.JAEGER_UDP) }),
    amount: { doubleValue: 42 },
    search: "span.amount = 42.0",
  },
  "Zipkin JSON": {
    exporter: () => new ZipkinExporter({ url: zipkin }),
    amount: { stringValue: "42" },
    search: 'span.amount = "42"',
  },
};

for (const [name, sender] of Object.entries(senders)) {
  test(`${name}: what was exported is found by id and by search`, async () => {
    const service = `js ${name}`;
    const traceId = await exportTrace(service, sender.exporter());

    const spans = await spansOf(traceId);
    assert.deepEqual(spans.map((s) => s.name).sort(), ["charge", "checkout"]);
    const charge = spans.find((s) => s.name === "charge");
    const checkout = spans.find((s) => s.name === "checkout");
    assert.equal(charge.parentSpanId, checkout.spanId);
    assert.equal(charge.kind, "SPAN_KIND_CLIENT");
    assert.equal(charge.status.code, "STATUS_CODE_ERROR");
    assert.equal(charge.events[0].name, "retry");
    assert.deepEqual(charge.attributes.find((a) => a.key === "amount").value, sender.amount);

    const q = encodeURIComponent(
      `{ resource.service.name = "${service}" && ${sender.search} && status = error }`,
    );
    const found = await get(`/api/search?q=${q}`);
    assert.deepEqual(found.traces.map((t) => t.traceID.padStart(32, "0")), [traceId]);
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
    { kind: SpanKind.CLIENT, attributes: { amount: 42, currency: "EUR" } },
    trace.setSpan(context.active(), root),
  );
  child.addEvent("retry");
  child.setStatus({ code: SpanStatusCode.ERROR, message: "declined" });
  child.end();
  root.end();
  await provider.forceFlush();
  await provider.shutdown();
  return root.spanContext().traceId;
}

// A datagram is not answered, so it may take a moment.
async function spansOf(traceId) {
  for (let look = 0; ; look++) {
    const response = await fetch(`${query}/api/v2/traces/${traceId}`);
    assert.equal(response.status, 200);
    const { trace: found } = await response.json();
    if (found?.resourceSpans) {
      return found.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans));
    }
    assert.ok(look < 100, `trace ${traceId} was not found`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function get(path) {
  const response = await fetch(query + path);
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}
