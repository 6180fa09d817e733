"""What a base doesn't list it refuses, and says what: types, interactions, parameters, modifiers, prefixes, orders."""

from __future__ import annotations

from typing import Any

import pytest

from capability import uscore
from tests.facade.truth.asking import Asked, refused
from tests.facade.truth.fhir import COMMON, MODIFIERS, OPERATIONS, PARAMETERS
from tests.facade.truth.rows import absent, bases, each, parameters, prefixes, searched, sorted_by, types

pytestmark = pytest.mark.asyncio(loop_scope="package")

WRITES = ("PUT", "PATCH", "DELETE")


def others(asked: Asked, type_: str) -> set[str]:
    """Parameters of US Core, in any edition, and of FHIR, that the base doesn't list for the type."""
    of_us_core = {code for version in uscore.VERSIONS for code in uscore.edition(version).search_parameters(type_)}
    return (of_us_core | {*COMMON, *PARAMETERS.get(type_, ())}) - set(asked.served.parameters(type_))


async def refuses(asked: Asked, type_: str, name: str, value: str, parameter: str | None = None) -> bool:
    """Whether a search that has all it needs is a 400 for this parameter, by its name up to a modifier or chain."""
    response = await asked.get(type_, [*asked.everyone(type_)[:1], (name, value)])
    issue: dict[str, Any] = next(iter(response.json().get("issue", ())), {})
    location = "".join(issue.get("location", ()))
    return refused(response, 400) and location.startswith(f"http.{parameter or name}")


@each("type_", absent, share=3)
async def test_no_other_type(asked: Asked, base: str, type_: str) -> None:
    for address in (type_, f"{type_}/x", f"{type_}/_search"):
        assert refused(await asked.get(address), 404), address
        assert f"/{type_}" not in asked.served.openapi["paths"]


@each("type_", types)
async def test_no_other_interaction(asked: Asked, base: str, type_: str) -> None:
    listed = asked.served.interactions(type_)
    one = (asked.charts.get(type_) or [{"id": "rb.x"}])[0]["id"]
    methods = [(method, f"{type_}/{one}") for method in WRITES] + [(method, type_) for method in (*WRITES, "POST")]
    methods += [("GET", f"{type_}/_history"), ("GET", f"{type_}/{one}/_history"), ("DELETE", f"{type_}/_search")]
    methods += [("GET", f"{type_}/{one}")] if "read" not in listed else []
    methods += [("GET", type_), ("POST", f"{type_}/_search")] if "search-type" not in listed else []
    methods += [("GET", f"{type_}/{one}/_history/1")] if "vread" not in listed else []
    for method, address in methods:
        response = await asked.ask(method, address)
        assert refused(response, 405), (method, address, response.text)
        assert method not in response.headers["allow"].split(", ")


@each("type_", searched, share=3)
async def test_no_other_parameter(asked: Asked, base: str, type_: str) -> None:
    for name in sorted(others(asked, type_)):
        assert await refuses(asked, type_, name, "x"), name


@each("type_ code", parameters, share=3)
async def test_no_other_modifier(asked: Asked, base: str, type_: str, code: str) -> None:
    listed = {name.partition(":")[2] for name in asked.served.names(type_) if name.startswith(f"{code}:")}
    for modifier in sorted({*MODIFIERS, "Basic", "shoe"} - listed):
        assert await refuses(asked, type_, f"{code}:{modifier}", asked.value(type_, code, None), code), modifier


@each("type_ code", lambda base: sorted({row[:2] for row in prefixes(base)}))
async def test_no_other_prefix(asked: Asked, base: str, type_: str, code: str) -> None:
    listed = asked.served.told(type_, code, "Prefixes")
    for prefix in sorted({"ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "xx", "GE"} - set(listed)):
        assert await refuses(asked, type_, code, f"{prefix}2020-01-01"), prefix


@each("type_", searched, share=3)
async def test_no_other_include(asked: Asked, base: str, type_: str) -> None:
    row = asked.served.types[type_]
    for name, key in (("_include", "searchInclude"), ("_revinclude", "searchRevInclude")):
        source = type_ if name == "_include" else "Observation"
        possible = {f"{source}:{code}" for code in (*PARAMETERS.get(source, ()), "shoe", "*")} | {"*", "Basic:patient"}
        for value in sorted(possible - set(row.get(key, ()))):
            assert await refuses(asked, type_, name, value), (name, value)


@each("type_", searched)
async def test_no_other_chain(asked: Asked, base: str, type_: str) -> None:
    names = set(asked.served.names(type_))
    codes = [code for code in asked.served.parameters(type_) if not code.startswith("_")]
    possible = {f"{code}.{other}" for code in codes for other in ("name", "status", "shoe")}
    possible |= {f"{code}:Basic.name" for code in codes} | {"patient.link.name"}
    # without a type what is asked for is asked of each type that has it
    untyped = {f"{name.partition(':')[0]}.{name.rpartition('.')[2]}" for name in names if ":" in name and "." in name}
    for name in sorted(possible - names - untyped):
        assert await refuses(asked, type_, name, "x", name.partition(".")[0].partition(":")[0]), name


@each("type_", searched, share=3)
async def test_no_other_reversed_chain(asked: Asked, base: str, type_: str) -> None:
    possible = {f"_has:Observation:patient:{code}" for code in (*PARAMETERS["Observation"], "shoe")}
    possible |= {"_has:Basic:patient:code", "_has:Observation:patient", "_has", "_has:Observation:_has:x:y:z"}
    for name in sorted(possible - set(asked.served.names(type_))):
        assert await refuses(asked, type_, name, "x", "_has"), name


@each("type_", searched, share=3)
async def test_no_other_order(asked: Asked, base: str, type_: str) -> None:
    listed = sorted_by(asked.served, type_)
    for code in sorted({*others(asked, type_), "_id", "_profile", "shoe"} - listed):
        assert await refuses(asked, type_, "_sort", code), code
        assert await refuses(asked, type_, "_sort", f"-{code}"), code


@each("type_", types)
async def test_no_other_operation(asked: Asked, base: str, type_: str) -> None:
    listed = {f"${each_['name']}" for each_ in asked.served.types[type_].get("operation", ())}
    one = (asked.charts.get(type_) or [{"id": "rb.x"}])[0]["id"]
    for name in sorted(set(OPERATIONS) - listed):
        for address in (f"{type_}/{name}", f"{type_}/{one}/{name}"):
            assert refused(await asked.get(address), 404), address
            assert refused(await asked.ask("POST", address, json_={"resourceType": "Parameters"}), 404), address


@each("", bases)
async def test_no_operation_on_the_base(asked: Asked, base: str) -> None:
    for name in OPERATIONS:
        assert refused(await asked.get(name), 404), name


@each("type_", types)
async def test_no_other_compartment(asked: Asked, base: str, type_: str) -> None:
    patient = asked.charts["Patient"][0]["id"]
    if f"/Patient/{{id}}/{type_}" not in asked.served.openapi["paths"]:
        assert refused(await asked.get(f"Patient/{patient}/{type_}"), 404)
    for other in set(asked.served.types) - {"Patient"}:
        assert refused(await asked.get(f"{other}/{patient}/{type_}"), 404), other


@each("type_", searched)
async def test_a_search_without_what_it_needs(asked: Asked, base: str, type_: str) -> None:
    alternatives = asked.served.alternatives(type_)
    answer = await asked.get(type_)

    assert (400 if alternatives else 200) == answer.status, answer.text
    if alternatives:
        assert "required" == answer.json()["issue"][0]["code"]


@each("", bases)
async def test_nothing_without_a_token_but_what_says_so(asked: Asked, base: str) -> None:
    for path, item in asked.served.openapi["paths"].items():
        for method in ({"get", "post"}) & set(item):
            address = path.lstrip("/").replace("{id}", "x").replace("{vid}", "1")
            response = await asked.ask(method.upper(), address, headers={"authorization": ""})
            expected = 200 if item[method].get("security") == [] else 401
            assert expected == response.status, (method, path)
