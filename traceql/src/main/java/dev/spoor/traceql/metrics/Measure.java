package dev.spoor.traceql.metrics;

/// How the values of one series are added up: numbers per interval, in as many columns as it takes.
enum Measure {
  COUNT(1) {
    @Override
    void add(double[][] columns, int interval, double value) {
      columns[0][interval]++;
    }

    @Override
    void merge(double[][] into, double[][] from, int interval) {
      into[0][interval] += from[0][interval];
    }

    @Override
    double sample(double[][] columns, int interval) {
      return columns[0][interval];
    }
  },
  /// A count tells whether there was any.
  MIN(2) {
    @Override
    void add(double[][] columns, int interval, double value) {
      columns[0][interval] =
          columns[1][interval] == 0 ? value : Math.min(columns[0][interval], value);
      columns[1][interval]++;
    }

    @Override
    void merge(double[][] into, double[][] from, int interval) {
      mergeExtreme(this, into, from, interval);
    }

    @Override
    double sample(double[][] columns, int interval) {
      return columns[1][interval] == 0 ? Double.NaN : columns[0][interval];
    }
  },
  MAX(2) {
    @Override
    void add(double[][] columns, int interval, double value) {
      columns[0][interval] =
          columns[1][interval] == 0 ? value : Math.max(columns[0][interval], value);
      columns[1][interval]++;
    }

    @Override
    void merge(double[][] into, double[][] from, int interval) {
      mergeExtreme(this, into, from, interval);
    }

    @Override
    double sample(double[][] columns, int interval) {
      return columns[1][interval] == 0 ? Double.NaN : columns[0][interval];
    }
  },
  /// Sum, what its rounding lost, and the count.
  SUM(3) {
    @Override
    void add(double[][] columns, int interval, double value) {
      addCompensated(columns, interval, value);
      columns[2][interval]++;
    }

    @Override
    void merge(double[][] into, double[][] from, int interval) {
      mergeSums(into, from, interval);
    }

    @Override
    double sample(double[][] columns, int interval) {
      return columns[2][interval] == 0 ? Double.NaN : columns[0][interval] + columns[1][interval];
    }
  },
  AVG(3) {
    @Override
    void add(double[][] columns, int interval, double value) {
      addCompensated(columns, interval, value);
      columns[2][interval]++;
    }

    @Override
    void merge(double[][] into, double[][] from, int interval) {
      mergeSums(into, from, interval);
    }

    @Override
    double sample(double[][] columns, int interval) {
      return (columns[0][interval] + columns[1][interval]) / columns[2][interval];
    }
  };

  private final int columns;

  Measure(int columns) {
    this.columns = columns;
  }

  /// Numbers of an interval.
  int columns() {
    return columns;
  }

  double[][] newColumns(int intervals) {
    return new double[columns][intervals];
  }

  abstract void add(double[][] columns, int interval, double value);

  abstract void merge(double[][] into, double[][] from, int interval);

  /// NaN when there is none.
  abstract double sample(double[][] columns, int interval);

  private static void mergeExtreme(
      Measure measure, double[][] into, double[][] from, int interval) {
    if (from[1][interval] > 0) {
      double count = into[1][interval] + from[1][interval];
      measure.add(into, interval, from[0][interval]);
      into[1][interval] = count;
    }
  }

  private static void mergeSums(double[][] into, double[][] from, int interval) {
    addCompensated(into, interval, from[0][interval]);
    into[1][interval] += from[1][interval];
    into[2][interval] += from[2][interval];
  }

  /// Neumaier's summation: the low-order part that an addition loses is kept apart.
  private static void addCompensated(double[][] columns, int interval, double value) {
    double sum = columns[0][interval];
    double next = sum + value;
    double lost = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    columns[0][interval] = next;
    if (Double.isFinite(lost)) {
      columns[1][interval] += lost;
    }
  }
}
