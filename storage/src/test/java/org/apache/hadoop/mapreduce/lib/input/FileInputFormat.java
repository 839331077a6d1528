package org.apache.hadoop.mapreduce.lib.input;

/// An empty stand-in, so that parquet-java loads without Hadoop.
public abstract class FileInputFormat<K, V> {}
