package org.apache.hadoop.mapreduce;

/// An empty stand-in, so that parquet-java loads without Hadoop.
public class Job implements JobContext {}
