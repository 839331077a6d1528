/// Who may do what: bearer tokens and client certificates → tenants and verbs.
@NullMarked
package dev.spoor.access;

import org.jspecify.annotations.NullMarked;
