package dev.spoor.platform.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// This key is read and checked, but nothing honours it yet; setting it gives a warning.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface NoEffectYet {
  /// What it comes with, such as `with the Jaeger receiver`.
  String value();
}
