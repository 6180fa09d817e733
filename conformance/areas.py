"""The groups of a report, in order. Includes come early: they bring what later groups read, Provenance above all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from conformance import (
    batches,
    bundles,
    errors,
    gather,
    includes,
    missing_data,
    must_support,
    notes,
    paging,
    parameters,
    reads,
    references,
    results,
    scopes,
    screening,
    searches,
    smart,
    statement,
    values,
)
from conformance.exam import Exam

CHART = gather.GROUP


AREAS: tuple[tuple[str, Callable[[Exam], Awaitable[None]]], ...] = (
    (gather.GROUP, gather.examine),
    (statement.GROUP, statement.examine),
    (smart.GROUP, smart.examine),
    (includes.GROUP, includes.examine),
    (includes.PROVENANCE, includes.examine_provenance),
    (reads.GROUP, reads.examine),
    (searches.GROUP, searches.examine),
    (searches.COMPLETE, searches.examine_completeness),
    (searches.POST, searches.examine_post),
    (values.DATES, values.examine_dates),
    (values.GROUP, values.examine),
    (references.GROUP, references.examine),
    (must_support.PROFILES, must_support.examine_profiles),
    (must_support.GROUP, must_support.examine),
    (missing_data.GROUP, missing_data.examine),
    (notes.GROUP, notes.examine),
    (screening.GROUP, screening.examine),
    (scopes.GROUP, scopes.examine),
    (scopes.LIMITED, scopes.examine_limited),
    (scopes.WITHOUT, scopes.examine_token),
    (parameters.GROUP, parameters.examine),
    (paging.GROUP, paging.examine),
    (results.GROUP, results.examine),
    (errors.GROUP, errors.examine),
    (batches.GROUP, batches.examine),
    (bundles.GROUP, bundles.examine),
)
