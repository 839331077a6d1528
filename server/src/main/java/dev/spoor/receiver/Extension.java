package dev.spoor.receiver;

import static dev.spoor.platform.config.Requirements.require;

import java.util.List;
import java.util.Optional;

/// A part of the OpenTelemetry collector that a receiver is to hand its requests to.
///
/// There are none here, and a receiver that was meant to ask somebody must not open without: naming
/// one ends the start, as it does in Tempo.
///
/// @param id its name
public record Extension(String id) {

  public static final Extension DEFAULTS = new Extension("");

  /// `auth` of a receiver.
  ///
  /// @param authenticator the name of an extension
  public record Auth(String authenticator) {

    public static final Auth DEFAULTS = new Auth("");
  }

  static void requireNone(Optional<Auth> auth, List<Extension> middlewares) {
    require(
        auth.isEmpty(),
        "auth",
        "names an extension of the collector, of which there are none here; the section access says"
            + " who may send");
    require(
        middlewares.isEmpty(),
        "middlewares",
        "name extensions of the collector, of which there are none here");
  }
}
