"""Faults of searching: parameters misread, results too wide or too narrow, includes, pages, Bundles."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from capability.issues import NotSupported
from tests.conformance.faults import fault, switch
from tests.conformance.server import Hooks

Pairs = list[tuple[str, str]]
DATES = re.compile(r"(date|onset-date|recorded-date|asserted-date|abatement-date|authoredon|birthdate|death-date)")
STATUS = ("status", "clinical-status", "category", "intent")


def rewriting(change: Callable[[str, str], tuple[str, str] | None]) -> Callable[[Hooks], None]:
    """A fault that misreads each parameter: gives another, or None to overlook it."""

    def install(hooks: Hooks) -> None:
        hooks.pairs.append(lambda pairs, method: [new for pair in pairs if (new := change(*pair)) is not None])

    return install


def _dated(change: Callable[[str], str]) -> Callable[[Hooks], None]:
    return rewriting(lambda name, value: (name, change(value)) if DATES.fullmatch(name) else (name, value))


def _refusing(when: Callable[[str, str], bool]) -> Callable[[Hooks], None]:
    def read(name: str, value: str) -> tuple[str, str]:
        if when(name, value):
            raise NotSupported("not understood", parameter=name)
        return name, value

    return rewriting(read)


# --- dates ---------------------------------------------------------------------------------------------------------

fault("comparators-ignored", "a date's prefix is overlooked", "dates")(
    _dated(lambda v: re.sub(r"^(gt|ge|lt|le)", "", v))
)
fault("gt-as-ge", "gt lets the same moment through", "dates")(_dated(lambda v: re.sub(r"^gt", "ge", v)))
fault("lt-and-gt-swapped", "lt and gt are the wrong way round", "dates", "search")(
    _dated(lambda v: {"gt": "lt", "lt": "gt"}.get(v[:2], v[:2]) + v[2:])
)
fault("offset-ignored", "a time is compared without its offset", "dates")(
    _dated(lambda v: re.sub(r"(T\d\d:\d\d:\d\d)[+-]\d\d:\d\d$", r"\1Z", v))
)
fault("month-is-its-first-day", "2018-07 means 1 July", "dates")(
    _dated(lambda v: re.sub(r"^((?:[a-z]{2})?\d{4}-\d\d)$", r"\1-01", v))
)
fault("date-overlooked", "date parameters filter nothing", "dates", "search")(
    rewriting(lambda name, value: None if DATES.fullmatch(name) else (name, value))
)


@fault("and-broken", "of a repeated parameter only the last counts", "dates")
def _last_only(hooks: Hooks) -> None:
    hooks.pairs.append(lambda pairs, method: list(dict(pairs).items()))


# --- other values --------------------------------------------------------------------------------------------------

fault("or-first-only", "of a comma list only the first counts", "values")(
    rewriting(lambda name, value: (name, re.split(r"(?<!\\),", value)[0]))
)
fault("or-finds-nothing", "a comma list is one value", "values")(
    rewriting(lambda name, value: (name, re.sub(r"(?<!\\),", r"\\,", value)))
)
fault("system-ignored", "a code's system is overlooked", "values")(
    rewriting(lambda name, value: (name, value.rpartition("|")[2]))
)
fault("system-refused", "system|code is an error", "values")(_refusing(lambda name, value: "|" in value))
fault("code-needs-system", "a code without its system finds nothing", "search")(
    rewriting(lambda name, value: (name, f"|{value}") if name in ("code", *STATUS[1:3]) else (name, value))
)
fault("status-overlooked", "status and category filter nothing", "search")(
    rewriting(lambda name, value: None if name in STATUS else (name, value))
)
fault("escape-ignored", "an escaped comma separates values", "values")(
    rewriting(lambda name, value: (name, value.replace("\\,", ",")))
)
fault("patient-with-type-refused", "patient=Patient/x is an error", "values")(
    _refusing(lambda name, value: name == "patient" and value.startswith("Patient/"))
)
fault("patient-absolute-lost", "patient=[base]/Patient/x finds nothing", "values")(
    rewriting(lambda name, value: (name, "nobody") if name == "patient" and "://" in value else (name, value))
)
fault("encounter-overlooked", "a reference parameter filters nothing", "search")(
    rewriting(lambda name, value: None if name == "encounter" else (name, value))
)


def _texts(resource: dict[str, Any]) -> list[str]:
    names = resource.get("name", [])
    if isinstance(names, str):
        return [names]
    return [text for each in names for text in [each.get("family", ""), *each.get("given", ())]]


def _strings(keep: Callable[[str, str], bool]) -> Callable[[Hooks], None]:
    def found(type_: str, pairs: Pairs, matches: list[dict[str, Any]]) -> list[dict[str, Any]]:
        wanted = [value.replace("\\,", ",") for name, value in pairs if name in ("name", "family", "given")]
        return [one for one in matches if all(any(keep(text, each) for text in _texts(one)) for each in wanted)]

    return lambda hooks: hooks.found.append(found)


fault("strings-case-sensitive", "names are compared with their case", "values")(_strings(lambda t, v: t.startswith(v)))
fault("strings-whole", "names must be given in full", "values")(_strings(lambda t, v: t.casefold() == v.casefold()))


fault("chain-overlooked", "a chained parameter filters nothing", "values", types=("PractitionerRole", "CareTeam"))(
    rewriting(lambda name, value: None if "." in name else (name, value))
)

# --- too much, too little ------------------------------------------------------------------------------------------


@fault("another-patient-mixed-in", "a patient's result holds another's resource", "chart")
def _mixed(hooks: Hooks) -> None:
    other = {"resourceType": "Condition", "id": "ben-stray", "meta": {"versionId": "1"}, "code": {"text": "?"}}
    stray = {**other, "subject": {"reference": "Patient/ben"}}
    hooks.found.append(lambda type_, pairs, matches: [*matches, stray] if type_ == "Condition" and matches else matches)


fault("patient-overlooked", "patient filters nothing", "chart")(
    rewriting(lambda name, value: None if name == "patient" else (name, value))
)


@fault("match-lost", "a search by two parameters loses its last match", "completeness")
def _lost(hooks: Hooks) -> None:
    hooks.found.append(lambda type_, pairs, matches: matches[:-1] if len(pairs) == 2 and len(matches) > 1 else matches)


fault("id-overlooked", "_id filters nothing", "parameters")(
    rewriting(lambda name, value: None if name == "_id" else (name, value))
)


@fault("post-body-ignored", "a search by POST doesn't read its body", "post")
def _unread(hooks: Hooks) -> None:
    hooks.pairs.append(lambda pairs, method: [] if method == "POST" else pairs)


# --- parameters ----------------------------------------------------------------------------------------------------

switch("always-lenient", "an unknown parameter is ignored even when strict", "parameters")


@fault("unknown-in-self", "self repeats a parameter that was ignored", "parameters")
def _repeated(hooks: Hooks) -> None:
    hooks.switches.add("always-lenient")

    def bundle(one: dict[str, Any]) -> None:
        one["link"][0]["url"] += "&no-such-parameter=1"

    hooks.bundle.append(bundle)


@fault("ignored-silently", "no outcome entry tells of an ignored parameter", "parameters")
def _silently(hooks: Hooks) -> None:
    hooks.bundle.append(lambda one: _without_entries(one, "outcome"))


fault("modifier-ignored", "an unknown modifier is overlooked", "parameters")(
    rewriting(lambda name, value: (name.removesuffix(":no-such"), value))
)
fault("malformed-ignored", "a malformed date is overlooked", "parameters")(
    rewriting(
        lambda name, value: None if DATES.fullmatch(name) and not re.search(r"\d{4}", value[:6]) else (name, value)
    )
)
fault("missing-ignored", ":missing filters nothing", "parameters")(
    rewriting(lambda name, value: None if name.endswith(":missing") else (name, value))
)
fault("not-is-ignored", ":not is overlooked", "parameters")(
    rewriting(lambda name, value: (name.removesuffix(":not"), value))
)

# --- includes ------------------------------------------------------------------------------------------------------

switch("include-dropped", "_include brings nothing", "include")
switch("revinclude-dropped", "_revinclude brings nothing", "provenance")


@fault("include-of-anything", "_include brings what nothing refers to", "include")
def _anything(hooks: Hooks) -> None:
    def bundle(one: dict[str, Any]) -> None:
        included = [each for each in one.get("entry", ()) if each["search"]["mode"] == "include"]
        for each in included[:1]:
            stray = {"resourceType": "Location", "id": "annex", "status": "active"}
            one["entry"].append({**each, "fullUrl": "https://fhir.example.org/r4/Location/annex", "resource": stray})

    hooks.bundle.append(bundle)


# --- pages and Bundles ---------------------------------------------------------------------------------------------


def _without_entries(one: dict[str, Any], mode: str) -> None:
    kept = [each for each in one.get("entry", ()) if each["search"]["mode"] != mode]
    one.pop("entry", None)
    if kept:
        one["entry"] = kept


def _bundles(change: Callable[[dict[str, Any]], object]) -> Callable[[Hooks], None]:
    return lambda hooks: hooks.bundle.append(lambda one: (change(one), None)[1])


def _each(change: Callable[[dict[str, Any]], object]) -> Callable[[Hooks], None]:
    return _bundles(lambda one: [change(each) for each in one.get("entry", ())])


def _matches(one: dict[str, Any]) -> int:
    return sum(each["search"]["mode"] == "match" for each in one.get("entry", ()))


switch("next-loses", "a next link skips a resource", "paging")
switch("next-repeats", "a next link gives a resource again", "paging", "bundle")
switch("next-forever", "the last page has a next link too", "chart")
switch("tampered-accepted", "an altered paging link gives a page", "paging")
fault("count-ignored", "_count is overlooked", "paging")(
    rewriting(lambda name, value: None if name == "_count" else (name, value))
)
fault("total-of-page", "total counts the page", "bundle", "paging")(
    _bundles(lambda one: one.update(total=_matches(one)))
)
fault("total-wrong", "total is one too many", "bundle")(_bundles(lambda one: one.update(total=one["total"] + 1)))
fault("total-counts-includes", "total counts what is included too", "bundle", also=("include",))(
    _bundles(lambda one: one.update(total=max(one["total"], len(one.get("entry", ())))))
)
fault("self-missing", "no self link", "bundle")(
    _bundles(lambda one: one.update(link=[each for each in one["link"] if each["relation"] != "self"]))
)
fault("self-relative", "links are relative", "bundle")(
    _bundles(lambda one: [each.update(url=each["url"].replace("https://fhir.example.org", "")) for each in one["link"]])
)
fault("self-empty", "self leaves out what was applied", "bundle")(
    _bundles(lambda one: one["link"][0].update(url=one["link"][0]["url"].partition("?")[0]))
)
fault("empty-entry", "an empty result has an empty list of entries", "bundle", also=("values",))(
    _bundles(lambda one: one.setdefault("entry", []))
)
fault("fullurl-relative", "fullUrl is relative", "bundle")(
    _each(lambda one: one.update(fullUrl=one.get("fullUrl", "").replace("https://fhir.example.org/r4/", "")))
)
fault("fullurl-elsewhere", "fullUrl is not where the resource is read", "bundle")(
    _each(lambda one: one.update(fullUrl=f"https://internal.example.org/{one['resource'].get('id')}"))
)
fault("mode-missing", "entries don't say whether they match", "bundle")(_each(lambda one: one.pop("search")))
fault("entry-twice", "a resource comes twice in a page", "bundle")(
    _bundles(lambda one: one.get("entry", []).extend(one.get("entry", [])[:1]))
)
fault("outcome-is-an-error", "an outcome entry is an error", "bundle", also=("parameters",))(
    _each(
        lambda one: (
            [issue.update(severity="error") for issue in one["resource"].get("issue", ())]
            if one["search"]["mode"] == "outcome"
            else None
        )
    )
)

# --- what shapes a result ------------------------------------------------------------------------------------------


@fault("sort-ignored", "_sort stands in self and orders nothing", "results")
def _unsorted(hooks: Hooks) -> None:
    hooks.bundle.append(
        lambda one: (
            one.get("entry", []).sort(key=lambda each: str(each["resource"].get("id")))
            if "_sort=" in one["link"][0]["url"]
            else None
        )
    )


switch("subsetted-missing", "what is cut is not tagged", "results")


@fault("summary-count-has-entries", "_summary=count gives entries", "paging")
def _counted(hooks: Hooks) -> None:
    entry = {"fullUrl": "https://fhir.example.org/r4/Patient/ana", "resource": {"resourceType": "Patient", "id": "ana"}}
    hooks.bundle.append(
        lambda one: (
            one.update(entry=[{**entry, "search": {"mode": "match"}}])
            if "_summary=count" in one["link"][0]["url"]
            else None
        )
    )
