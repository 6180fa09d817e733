"""What a base lists works: every row of its CapabilityStatement and OpenAPI document, tried on its own charts.

The caller is one whom policy doesn't restrict. Where no chart has a value for a row, the row is still asked.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.facade.truth.asking import Asked, found, ids
from tests.facade.truth.rows import (
    bases,
    chains,
    combinations,
    compartments,
    each,
    includes,
    interactions,
    modified,
    operations,
    parameters,
    prefixes,
    reversed_chains,
    revincludes,
    searched,
    sorts,
)
from tests.facade.truth.values import codings, elements, escaped, texts, whole

pytestmark = pytest.mark.asyncio(loop_scope="package")

FILTERS = frozenset({"above", "contains", "missing", "not", "of-type", "text"})
"""Modifiers that only filter what a search finds by something else."""

FINDS = frozenset({"eq", "ge", "le", "ap"})
"""Prefixes by which a resource is found with its own date."""


def finds(resource: dict[str, Any] | None, matches: list[dict[str, Any]]) -> bool:
    return resource is None or ids([resource]) <= ids(matches)


@each("type_ code", interactions)
async def test_interaction(asked: Asked, base: str, type_: str, code: str) -> None:
    some = asked.charts.get(type_, [])[:2]
    assert some, f"the demo has no {type_} to try it on"
    for resource in some:
        here = f"{type_}/{resource['id']}"
        if code == "search-type":
            pairs = [("_id", resource["id"])]
            assert ids([resource]) == ids(await asked.search(type_, pairs))
            by_form = await asked.ask("POST", f"{type_}/_search", form=pairs)
            assert (200, ids([resource])) == (by_form.status, ids(found(by_form, "match")))
            continue
        version = f"/_history/{resource['meta']['versionId']}"
        response = await asked.get(here + {"read": "", "vread": version}[code], [("_format", "json")])
        assert (200, resource["id"]) == (response.status, response.json().get("id")), response.text


@each("type_ code", parameters)
async def test_parameter(asked: Asked, base: str, type_: str, code: str) -> None:
    resource = asked.example(type_, code)
    value = asked.value(type_, code, resource)
    needed = asked.needed(type_, [code], resource)

    alone = await asked.search(type_, [*needed, (code, value)])
    listed = await asked.search(type_, [*needed, (code, f"{value},{value}")])
    twice = await asked.search(type_, [*needed, (code, value), (code, value)])

    assert finds(resource, alone) or not _one_day(asked, type_, code, resource)
    assert ids(alone) == ids(listed) == ids(twice)
    if asked.kind(type_, code) in ("token", "reference"):
        assert all(value in _values(asked, type_, code, match) for match in alone)


def _values(asked: Asked, type_: str, code: str, resource: dict[str, Any]) -> list[str]:
    found_ = elements(asked.served.version, type_, code, resource)
    return [text for element in found_ for text in texts(asked.kind(type_, code), element)]


def _one_day(asked: Asked, type_: str, code: str, resource: dict[str, Any] | None) -> bool:
    """Whether equality with a value of the element is certain: not with the beginning of a period."""
    found_ = elements(asked.served.version, type_, code, resource) if resource else []
    return all(whole(asked.kind(type_, code), element) for element in found_)


@each("type_ code prefix", prefixes, share=2)
async def test_prefix(asked: Asked, base: str, type_: str, code: str, prefix: str) -> None:
    resource = asked.example(type_, code)
    pairs = asked.needed(type_, [] if asked.to_the_day(type_, code) else [code], resource)

    matches = await asked.search(type_, [*pairs, (code, prefix + asked.value(type_, code, resource))])

    if resource is not None and _one_day(asked, type_, code, resource):
        assert (prefix in FINDS) == finds(resource, matches)
    elif prefix == "ge":
        assert finds(resource, matches)


@each("type_ code modifier", modified, share=3)
async def test_modifier(asked: Asked, base: str, type_: str, code: str, modifier: str) -> None:
    resource = asked.example(type_, code)
    filters = modifier in FILTERS or asked.in_one(type_, code)
    needed = asked.needed(type_, [] if filters else [code], resource)
    value, other, expected = _by_modifier(asked, type_, code, modifier, resource)

    assert expected in (None, finds(resource, await asked.search(type_, [*needed, (f"{code}:{modifier}", value)])))
    if other is not None:
        assert expected in (
            None,
            not finds(resource, await asked.search(type_, [*needed, (f"{code}:{modifier}", other)])),
        )


def _by_modifier(
    asked: Asked, type_: str, code: str, modifier: str, resource: dict[str, Any] | None
) -> tuple[str, str | None, bool | None]:
    """(a value, the value that says the contrary, whether the first finds the resource; None where nobody can tell)."""
    value = asked.value(type_, code, resource)
    if resource is None:
        return ("true" if modifier == "missing" else "urn:x|y|z" if modifier == "of-type" else value), None, None
    element = elements(asked.served.version, type_, code, resource)[0]
    value = escaped(element["family"]) if asked.in_one(type_, code) else value
    match modifier:
        case "missing":
            return "false", "true", True
        case "not":
            return value, "nothing-like-it", False
        case "contains":
            return value[1:-1] or value, "nothing-like-it", True
        case "exact" | "above" | "below":
            return value, "urn:x" if modifier == "below" else "nothing-like-it", True
        case "text":
            named = [each.get("display") for each in codings(element)] + [
                isinstance(element, dict) and element.get("text")
            ]
            shown = [each for each in named if isinstance(each, str)]
            return (escaped(shown[0]), None, True) if shown else (value, None, None)
        case "of-type":
            return "urn:x|y|" + value.rpartition("|")[2], None, None
        case _:
            pointed = element.get("reference", "").partition("/")[0] if isinstance(element, dict) else ""
            return value, "nobody", True if pointed == modifier else None


@each("type_ combination", combinations, share=2)
async def test_combination(asked: Asked, base: str, type_: str, combination: str) -> None:
    codes = combination.split("+")
    optional = next(each for needed, each in asked.served.combinations(type_) if needed == codes)
    for more in (None, *optional):
        given = [*codes, more] if more else codes
        resource = asked.example(type_, *given)
        matches = await asked.search(type_, [(code, asked.value(type_, code, resource)) for code in given])
        assert finds(resource, matches) or not all(_one_day(asked, type_, code, resource) for code in given), given


@each("type_ value", includes)
async def test_include(asked: Asked, base: str, type_: str, value: str) -> None:
    code = value.partition(":")[2]
    resource = asked.example(type_, code) if code in asked.served.parameters(type_) else None
    chosen = [("_id", resource["id"])] if resource else asked.everyone(type_)
    for name in ("_include", "_include:iterate"):
        response = await asked.get(type_, [*chosen, (name, value)])
        assert 200 == response.status, response.text
        if resource is not None:
            pointed = _values(asked, type_, code, resource)
            assert ids(found(response, "include")) & set(pointed), name


@each("type_ value", revincludes)
async def test_revinclude(asked: Asked, base: str, type_: str, value: str) -> None:
    source, _, code = value.partition(":")
    # an EHR's own tell of some types, and can't be searched for
    derived = source == "Provenance" and (asked.served.derives or type_ == "Patient")
    pointing = [] if source == "Provenance" else asked.charts.get(source, [])
    pointed = {text for each_ in pointing for text in _values(asked, source, code, each_)}
    resource = next((each_ for each_ in asked.charts[type_] if ids([each_]) <= pointed), None)
    if derived and asked.charts["Provenance"]:
        resource = asked.charts[type_][0]
    chosen = [("_id", resource["id"])] if resource else asked.everyone(type_)
    for name in ("_revinclude", "_revinclude:iterate"):
        response = await asked.get(type_, [*chosen, (name, value)])
        assert 200 == response.status, response.text
        if resource is not None:
            assert source in {each_["resourceType"] for each_ in found(response, "include")}, name


@each("type_ name", chains, share=5)
async def test_chain(asked: Asked, base: str, type_: str, name: str) -> None:
    reference, _, parameter = name.partition(".")
    code, _, narrowed = reference.partition(":")
    for resource in asked.charts[type_]:
        for element in elements(asked.served.version, type_, code, resource):
            target, _, id_ = element.get("reference", "").partition("/")
            behind = next((each_ for each_ in asked.charts.get(target, ()) if each_["id"] == id_), None)
            if behind is not None and narrowed in ("", target) and asked.has(target, parameter, behind):
                value = asked.value(target, parameter, behind)
                matches = await asked.search(type_, [*asked.needed(type_, [code], resource), (name, value)])
                assert finds(resource, matches)
                return
    assert isinstance(await asked.search(type_, [*asked.everyone(type_), (name, "2020-01-01")]), list)


@each("type_ name", reversed_chains, share=5)
async def test_has(asked: Asked, base: str, type_: str, name: str) -> None:
    _, source, code, parameter = name.split(":")
    for pointing in asked.charts.get(source, ()):
        pointed = set(_values(asked, source, code, pointing))
        resource = next((each_ for each_ in asked.charts[type_] if ids([each_]) <= pointed), None)
        if resource is not None and asked.has(source, parameter, pointing):
            value = asked.value(source, parameter, pointing)
            if _one_day(asked, source, parameter, pointing):
                matches = await asked.search(type_, [*asked.needed(type_, [], resource), (name, value)])
                assert finds(resource, matches)
                return
    assert isinstance(await asked.search(type_, [*asked.everyone(type_), (name, "2020-01-01")]), list)


@each("type_ code", sorts, share=2)
async def test_sort(asked: Asked, base: str, type_: str, code: str) -> None:
    up = await asked.search(type_, [*asked.some(type_), ("_sort", code)])
    down = await asked.search(type_, [*asked.some(type_), ("_sort", f"-{code}")])

    assert ids(await asked.search(type_, asked.some(type_))) == ids(up) == ids(down)
    if asked.kind(type_, code) == "date":
        for rising, matches in ((True, up), (False, down)):
            days = [values[0][:10] for each_ in matches if (values := _values(asked, type_, code, each_))]
            assert sorted(days, reverse=not rising) == days


@each("type_", searched)
async def test_what_steers_the_result(asked: Asked, base: str, type_: str) -> None:
    some = asked.some(type_)
    all_ = await asked.search(type_, some)

    async def bundle(*pairs: tuple[str, str]) -> dict[str, Any]:
        response = await asked.get(type_, [*some, *pairs])
        assert 200 == response.status, (pairs, response.text)
        answered: dict[str, Any] = response.json()
        return answered

    one = await bundle(("_count", "1"))
    assert 1 == len([each_ for each_ in one["entry"] if each_["search"]["mode"] == "match"])
    assert (len(all_) > 1) == ("next" in {each_["relation"] for each_ in one["link"]})
    # where the answer says that the EHR keeps a part of it back nobody knows how many there are
    known = len(all_) if "suppressed" not in _warned(one) else None
    none = await bundle(("_count", "0"))
    assert (known, set()) == (
        none.get("total"),
        {each_["search"]["mode"] for each_ in none.get("entry", ())} - {"outcome"},
    )
    assert known == (await bundle(("_total", "accurate"))).get("total")
    assert known == (await bundle(("_summary", "count"))).get("total")
    for value in ("none", "estimate"):
        assert "searchset" == (await bundle(("_total", value)))["type"]
    assert "text" not in (await bundle(("_summary", "data")))["entry"][0]["resource"]
    whole_ = (await bundle(("_summary", "false")))["entry"][0]["resource"]
    assert "SUBSETTED" not in {tag["code"] for tag in whole_["meta"].get("tag", ())}
    for name, value in (("_summary", "true"), ("_summary", "text"), ("_elements", "id")):
        first = (await bundle((name, value)))["entry"][0]["resource"]
        entire = next(each_ for each_ in all_ if each_["id"] == first["id"])  # some hold summary elements only
        tagged = "SUBSETTED" in {tag["code"] for tag in first["meta"].get("tag", ())}
        assert (first != entire) == tagged, (name, value)
    for value in ("json", "application/json", "application/fhir+json"):
        assert "searchset" == (await bundle(("_format", value)))["type"]


def _warned(bundle: dict[str, Any]) -> set[str]:
    """Issue codes of the outcome entries."""
    outcomes = [each_["resource"] for each_ in bundle["entry"] if each_["search"]["mode"] == "outcome"]
    return {issue["code"] for outcome in outcomes for issue in outcome["issue"]}


@each("type_ name", operations)
async def test_operation(asked: Asked, base: str, type_: str, name: str) -> None:
    patient = next(each_ for each_ in asked.charts["Patient"] if asked.has("Patient", "birthdate", each_))
    match name:
        case "everything":
            answers = [await asked.ask(how, f"Patient/{patient['id']}/$everything") for how in ("GET", "POST")]
            expected = ids([patient])
        case "match":
            sent = {
                key: patient[key]
                for key in ("resourceType", "name", "birthDate", "gender", "identifier")
                if key in patient
            }
            body = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": sent}]}
            answers = [await asked.ask("POST", "Patient/$match", json_=body)]
            expected = ids([patient])
        case "docref":
            parameter = {"name": "patient", "valueId": patient["id"]}
            body = {"resourceType": "Parameters", "parameter": [parameter]}
            address = "DocumentReference/$docref"
            answers = [
                await asked.get(address, [("patient", patient["id"])]),
                await asked.ask("POST", address, json_=body),
            ]
            # with a patient alone: her current summary, where there is one
            held = [
                one for one in asked.charts["DocumentReference"] if one["subject"]["reference"].endswith(patient["id"])
            ]
            expected = ids([one for one in held if one["type"]["coding"][0]["code"] == "34133-9"])
            assert expected
        case _:
            raise LookupError(f"no way to try ${name} is written down here")
    for answer in answers:
        assert (200, "Bundle") == (answer.status, answer.json()["resourceType"]), answer.text
        entries = [each_ for each_ in answer.json().get("entry", ()) if each_["search"].get("mode") != "outcome"]
        assert expected <= ids([each_["resource"] for each_ in entries])


@each("type_", compartments)
async def test_compartment(asked: Asked, base: str, type_: str) -> None:
    for patient in asked.charts["Patient"][:3]:
        response = await asked.get(f"Patient/{patient['id']}/{type_}", [("_count", "500")])

        assert 200 == response.status, response.text
        assert ids(await asked.search(type_, [("patient", patient["id"])])) == ids(found(response, "match"))


@each("", bases)
async def test_batch(asked: Asked, base: str) -> None:
    listed = {each_["code"] for each_ in asked.served.statement["rest"][0]["interaction"]}
    assert ("batch" in listed) == ("/" in asked.served.openapi["paths"])
    patient = asked.charts["Patient"][0]
    urls = (f"Patient/{patient['id']}", f"Patient?_id={patient['id']}", "Basic/x", "Patient?shoe=1")
    entry = [{"request": {"method": "GET", "url": url}} for url in urls]

    response = await asked.ask("POST", "", json_={"resourceType": "Bundle", "type": "batch", "entry": entry})

    assert (200, "batch-response") == (response.status, response.json().get("type")), response.text
    statuses = [each_["response"]["status"].split()[0] for each_ in response.json()["entry"]]
    assert ["200", "200", "404", "400"] == statuses


@each("", bases)
async def test_the_two_documents_list_the_same(asked: Asked, base: str) -> None:
    served = asked.served
    for type_ in served.types:
        names = served.names(type_)
        assert len(names) == len(set(names))
        for code in served.parameters(type_):
            assert code in names
            told = {f"{code}:{each_}" for each_ in served.told(type_, code, "Modifiers")}
            assert told == {name for name in names if name.partition(":")[0] == code and "." not in name} - {code}
            chained = {
                name.replace(f":{name.partition(':')[2].partition('.')[0]}", "") for name in names if "." in name
            }
            assert set(served.told(type_, code, "Chains")) == {
                each_ for each_ in chained if each_.startswith(f"{code}.")
            }
