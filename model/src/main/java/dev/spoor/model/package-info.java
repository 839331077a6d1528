/// The words of the domain: trace ids, tenants, byte ranges. Depends on nothing but the JDK.
@NullMarked
package dev.spoor.model;

import org.jspecify.annotations.NullMarked;
