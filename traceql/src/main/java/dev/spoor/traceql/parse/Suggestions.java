package dev.spoor.traceql.parse;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the word that somebody may have meant.
final class Suggestions {

  private static final int SHORTEST = 3;
  private static final int LONGEST = 40;
  private static final int FARTHEST = 2;

  private Suggestions() {}

  /// The word with the fewest changes, at most two and less than half of it; of equals, the first
  /// in the alphabet.
  static Optional<String> nearest(String word, Collection<String> words) {
    if (word.length() < SHORTEST || word.length() > LONGEST) {
      return Optional.empty();
    }
    return words.stream()
        .filter(candidate -> isNear(word, candidate))
        .min(
            Comparator.comparingInt((String candidate) -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static boolean isNear(String word, String candidate) {
    int distance = distance(word, candidate);
    return distance <= FARTHEST && 2 * distance < word.length();
  }

  /// How many characters have to be put in, taken out or replaced.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
