/// YAML and flags onto records, with errors that name file and line.
@NullMarked
package dev.spoor.platform.config;

import org.jspecify.annotations.NullMarked;
