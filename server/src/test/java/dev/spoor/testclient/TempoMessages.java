package dev.spoor.testclient;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.util.Locale;
import java.util.Map;

/// The messages of package `tempopb` that queries are made of, for protobuf-java: each line is a
/// message, each entry a number, a name and a type, where `*` stands for any number of them.
public final class TempoMessages {

  private static final String MESSAGES =
      """
      SearchRequest 1 Tags map<string>, 2 MinDurationMs uint32, 3 MaxDurationMs uint32, 4 Limit uint32, 5 start uint32, 6 end uint32, 8 Query string, 9 SpansPerSpanSet uint32, 10 RF1After Timestamp
      SearchResponse 1 traces *TraceSearchMetadata, 2 metrics SearchMetrics
      TraceSearchMetadata 1 traceID string, 2 rootServiceName string, 3 rootTraceName string, 4 startTimeUnixNano uint64, 5 durationMs uint32, 6 spanSet SpanSet, 7 spanSets *SpanSet, 8 serviceStats map<ServiceStats>
      ServiceStats 1 spanCount uint32, 2 errorCount uint32
      SpanSet 1 spans *Span, 2 matched uint32, 3 attributes *KeyValue
      Span 1 spanID string, 2 name string, 3 startTimeUnixNano uint64, 4 durationNanos uint64, 5 attributes *KeyValue
      SearchMetrics 1 inspectedTraces uint32, 2 inspectedBytes uint64, 3 totalBlocks uint32, 4 completedJobs uint32, 5 totalJobs uint32, 6 totalBlockBytes uint64, 7 inspectedSpans uint64
      SearchTagsRequest 1 scope string, 2 query string, 3 start uint32, 4 end uint32, 5 maxTagsPerScope uint32, 6 staleValuesThreshold uint32, 7 RF1After Timestamp
      SearchTagsResponse 1 tagNames *string, 2 metrics MetadataMetrics
      SearchTagsV2Response 1 scopes *SearchTagsV2Scope, 2 metrics MetadataMetrics
      SearchTagsV2Scope 1 name string, 2 tags *string
      SearchTagValuesRequest 1 tagName string, 2 query string, 4 start uint32, 5 end uint32, 6 maxTagValues uint32, 7 staleValueThreshold uint32, 8 RF1After Timestamp
      SearchTagValuesResponse 1 tagValues *string, 2 metrics MetadataMetrics
      SearchTagValuesV2Response 1 tagValues *TagValue, 2 metrics MetadataMetrics
      TagValue 1 type string, 2 value string
      MetadataMetrics 1 inspectedBytes uint64, 2 totalJobs uint32, 3 completedJobs uint32, 4 totalBlocks uint32, 5 totalBlockBytes uint64
      QueryRangeRequest 1 query string, 2 start uint64, 3 end uint64, 4 step uint64, 7 queryMode string, 16 exemplars uint32, 17 maxSeries uint32, 18 instant bool
      QueryRangeResponse 1 series *TimeSeries, 2 metrics SearchMetrics, 3 status uint32, 4 message string
      TimeSeries 1 labels *KeyValue, 2 samples *Sample, 4 exemplars *Exemplar
      Sample 1 value double, 2 timestamp_ms int64
      Exemplar 1 labels *KeyValue, 2 value double, 3 timestamp_ms int64
      QueryInstantRequest 1 query string, 2 start uint64, 3 end uint64
      QueryInstantResponse 1 series *InstantSeries, 2 metrics SearchMetrics, 3 status uint32, 4 message string
      InstantSeries 1 labels *KeyValue, 2 value double
      KeyValue 1 key string, 2 value AnyValue
      AnyValue 1 string_value string, 2 bool_value bool, 3 int_value int64, 4 double_value double, 5 array_value ArrayValue
      ArrayValue 1 values *AnyValue
      Timestamp 1 seconds int64, 2 nanos int32
      HealthCheckRequest 1 service string
      HealthCheckResponse 1 status uint32
      """;

  private static final FileDescriptor FILE = file();

  private TempoMessages() {}

  /// A message with these fields, as bytes.
  public static byte[] bytes(String type, Map<String, Object> fields) {
    Descriptor descriptor = FILE.findMessageTypeByName(type);
    DynamicMessage.Builder message = DynamicMessage.newBuilder(descriptor);
    fields.forEach((name, value) -> message.setField(descriptor.findFieldByName(name), value));
    return message.build().toByteArray();
  }

  /// Reads a message, in which every field has to be known.
  public static DynamicMessage parse(String type, byte[] bytes)
      throws InvalidProtocolBufferException {
    DynamicMessage message = DynamicMessage.parseFrom(FILE.findMessageTypeByName(type), bytes);
    if (!message.getUnknownFields().asMap().isEmpty()) {
      throw new InvalidProtocolBufferException("unknown fields: " + message.getUnknownFields());
    }
    return message;
  }

  /// Reads the JSON form of a message, in which every field has to be known.
  public static DynamicMessage parseJson(String type, String json)
      throws InvalidProtocolBufferException {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(FILE.findMessageTypeByName(type));
    JsonFormat.parser().merge(json, message);
    return message.build();
  }

  /// The value of a field; of one that is missing the default.
  public static Object field(DynamicMessage message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }

  /// A copy without a field.
  public static DynamicMessage without(DynamicMessage message, String name) {
    return message.toBuilder()
        .clearField(message.getDescriptorForType().findFieldByName(name))
        .build();
  }

  private static FileDescriptor file() {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("tempo.proto")
            .setPackage("tempopb")
            .setSyntax("proto3");
    MESSAGES.lines().forEach(line -> file.addMessageType(message(line)));
    try {
      return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]);
    } catch (DescriptorValidationException mistake) {
      throw new ExceptionInInitializerError(mistake);
    }
  }

  private static DescriptorProto message(String line) {
    int blank = line.indexOf(' ');
    String name = line.substring(0, blank);
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
    for (String entry : line.substring(blank + 1).split(", ")) {
      String[] words = entry.split(" ");
      String type = words[2];
      if (type.startsWith("map<")) {
        String entryName =
            Character.toUpperCase(words[1].charAt(0)) + words[1].substring(1) + "Entry";
        message.addNestedType(
            DescriptorProto.newBuilder()
                .setName(entryName)
                .setOptions(MessageOptions.newBuilder().setMapEntry(true))
                .addField(field(1, "key", "string"))
                .addField(field(2, "value", type.substring(4, type.length() - 1))));
        type = "*" + name + "." + entryName;
      }
      message.addField(field(Integer.parseInt(words[0]), words[1], type));
    }
    return message.build();
  }

  private static FieldDescriptorProto field(int number, String name, String type) {
    boolean repeated = type.startsWith("*");
    String single = repeated ? type.substring(1) : type;
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setNumber(number)
            .setName(name)
            .setLabel(repeated ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL);
    return Character.isLowerCase(single.charAt(0))
        ? field.setType(Type.valueOf("TYPE_" + single.toUpperCase(Locale.ROOT))).build()
        : field.setType(Type.TYPE_MESSAGE).setTypeName(".tempopb." + single).build();
  }
}
