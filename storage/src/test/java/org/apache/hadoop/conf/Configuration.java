package org.apache.hadoop.conf;

/// An empty stand-in, so that parquet-java loads without Hadoop.
public class Configuration {}
