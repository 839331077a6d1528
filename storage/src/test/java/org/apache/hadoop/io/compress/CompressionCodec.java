package org.apache.hadoop.io.compress;

/// An empty stand-in, so that parquet-java loads without Hadoop.
public interface CompressionCodec {}
