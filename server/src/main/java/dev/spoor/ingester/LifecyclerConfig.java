package dev.spoor.ingester;

import static dev.spoor.platform.config.Requirements.require;

/// The part of `ingester.lifecycler` that has an effect: the ingester's tokens, which say for which
/// traces it would be asked in a cluster.
///
/// @param numTokens how many it has at least
/// @param tokensFilePath the file that keeps them over restarts; empty for new ones at each start
public record LifecyclerConfig(int numTokens, String tokensFilePath) {

  public static final LifecyclerConfig DEFAULTS = new LifecyclerConfig(128, "");

  private static final int MOST_TOKENS = 1 << 16;

  public LifecyclerConfig {
    require(
        numTokens > 0 && numTokens <= MOST_TOKENS,
        "ingester.lifecycler.num_tokens",
        "must be from 1 to " + MOST_TOKENS);
  }
}
