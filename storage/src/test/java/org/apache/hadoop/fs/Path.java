package org.apache.hadoop.fs;

/// An empty stand-in, so that parquet-java loads without Hadoop.
public class Path {}
