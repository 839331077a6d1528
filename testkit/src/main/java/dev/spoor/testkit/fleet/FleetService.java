package dev.spoor.testkit.fleet;

import dev.spoor.model.proto.ProtoWriter;

/// One service of the fleet: its resource, and the operations it serves and calls.
///
/// @param operations span names; the first half are served, the second half are calls out
record FleetService(String name, String language, String[] operations, String database) {

  /// The shop, from the edge to the databases.
  static final FleetService[] ALL = {
    service("gateway", "go", "GET /", "GET /api/cart", "POST /api/checkout", "GET /api/products"),
    service("frontend", "nodejs", "GET /", "GET /product/{id}", "POST /cart", "render"),
    service("cart", "dotnet", "GetCart", "AddItem", "EmptyCart", "HGETALL"),
    service("checkout", "go", "PlaceOrder", "prepareOrder", "chargeCard", "publish orders"),
    service("payment", "nodejs", "Charge", "validateCard", "INSERT payments", "call acquirer"),
    service("shipping", "rust", "GetQuote", "ShipOrder", "calculate", "POST carrier"),
    service("catalog", "java", "ListProducts", "GetProduct", "SELECT products", "SELECT stock"),
    service("recommendation", "python", "ListRecommendations", "rank", "GetProduct", "score"),
    service("currency", "cpp", "Convert", "GetSupported", "lookup", "refresh"),
    service("email", "ruby", "SendConfirmation", "render", "smtp", "queue"),
    service("inventory", "java", "Reserve", "Release", "UPDATE stock", "SELECT stock"),
    service("search", "java", "Search", "Suggest", "POST /products/_search", "rank"),
    service("accounting", "kotlin", "consume orders", "book", "INSERT ledger", "commit"),
    service("fraud", "python", "Check", "score", "SELECT history", "call model"),
  };

  private static FleetService service(String name, String language, String... operations) {
    return new FleetService(name, language, operations, "shop_" + name);
  }

  /// The `Resource` of one of the service's pods, as a protobuf message.
  byte[] resource(int pod) {
    ProtoWriter writer = new ProtoWriter(512);
    string(writer, "service.name", name);
    string(writer, "service.namespace", "shop");
    string(writer, "service.version", "1." + name.length() + ".4");
    string(writer, "service.instance.id", name + "-" + pod);
    string(writer, "telemetry.sdk.language", language);
    string(writer, "telemetry.sdk.name", "opentelemetry");
    string(writer, "telemetry.sdk.version", "1.44.1");
    string(writer, "k8s.namespace.name", "shop");
    string(writer, "k8s.pod.name", name + "-7d9f8b6c5-" + (char) ('a' + pod) + "x2k" + pod);
    string(writer, "k8s.node.name", "node-" + (pod * 7 % 12));
    string(writer, "k8s.cluster.name", "eu-west-1");
    string(writer, "deployment.environment", "production");
    return writer.toArray();
  }

  private static void string(ProtoWriter writer, String key, String value) {
    int attribute = writer.begin(1);
    writer.string(1, key);
    int any = writer.begin(2);
    writer.string(1, value);
    writer.end(any);
    writer.end(attribute);
  }
}
