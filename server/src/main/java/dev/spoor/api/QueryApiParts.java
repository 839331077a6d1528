package dev.spoor.api;

import dev.spoor.contract.TraceQueries;
import dev.spoor.frontend.QueryFrontendConfig;
import dev.spoor.overrides.Overrides;
import java.time.InstantSource;

/// What all endpoints for queries over a range of time are made of.
///
/// @param clock what a request means by now
public record QueryApiParts(
    TraceQueries queries,
    TenantsHeader tenants,
    Overrides overrides,
    QueryFrontendConfig config,
    InstantSource clock) {}
