"""What a FHIR server says of itself, compared with what its adapter assumes: drift, never more than that.

Only what the server's own statement plainly lacks counts as lost: where it lists no types at all, or of a type no
interactions or no parameters, it says nothing of them. What an EHR can do doesn't depend on its telling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.contract import Call, Discovery, Lost
from adapters.fhir_r4.client import JSON, FHIRServer
from adapters.fhir_r4.credentials import SMART_CONFIGURATION
from adapters.fhir_r4.declare import Served
from capability.issues import EHRInvalid
from mappings import fhirjson

VERSION = "4.0"
METHODS = {"private_key": "private_key_jwt", "header": "client_secret_basic", "body": "client_secret_post"}


async def discover(ehr: FHIRServer, call: Call) -> Discovery:
    """The server's CapabilityStatement and SMART configuration against the dialect.

    Raises EHRError where it can't be reached, EHRInvalid where it gives no CapabilityStatement that can be read.
    """
    statement = await _document(ehr, call, "/metadata")
    resources = _resources(statement)
    if statement.get("resourceType") != "CapabilityStatement" or not resources:
        raise EHRInvalid("the EHR gives no CapabilityStatement that can be read")
    lost: set[Lost] = set()
    remarks: list[str] = []
    if not str(statement.get("fhirVersion", "")).startswith(VERSION):
        remarks.append("says that it speaks another version of FHIR than 4.0")
    for served in ehr.dialect.types:
        lost.update(_missing(served, resources.get(served.type)))
        remarks += _profiles(served, resources.get(served.type))
    if ehr.settings.client_id is not None:
        remarks += _smart(ehr, await _document(ehr, call, SMART_CONFIGURATION))
    return Discovery(frozenset(lost), tuple(remarks))


async def _document(ehr: FHIRServer, call: Call, path: str) -> Mapping[str, Any]:
    """A public document of the server; empty where it gives none."""
    reply = await ehr.upstream.send(
        call, "GET", ehr.settings.root + path, operation=f"GET {path}", headers={"Accept": f"{JSON}, application/json"}
    )
    try:
        found = fhirjson.loads(reply.content) if reply.status == 200 else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _resources(statement: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        str(one.get("type")): one
        for rest in _listed(statement, "rest")
        if rest.get("mode") == "server"
        for one in _listed(rest, "resource")
    }


def _missing(served: Served, told: Mapping[str, Any] | None) -> Iterator[Lost]:
    codes = {str(one.get("code")) for one in _listed(told or {}, "interaction")}
    silent = told is not None and not codes
    if served.readable and served.get is None and "read" not in codes and not silent:
        yield Lost(served.type, "read")
    if not served.searchable or served.find is not None:
        return
    if "search-type" not in codes and not silent:
        yield Lost(served.type, "search-type")
        return
    names = {str(one.get("name")) for one in _listed(told or {}, "searchParam")}
    if not names:
        return
    for code, pushed in served.pushed.items():
        name = (pushed.name or code).partition(":")[0]
        if name not in names and not name.startswith("_"):
            yield Lost(served.type, "search-type", code)


def _profiles(served: Served, told: Mapping[str, Any] | None) -> Iterator[str]:
    """US Core profiles that we declare and the server does not say it supports."""
    supported = {str(one).partition("|")[0].rpartition("/")[2] for one in (told or {}).get("supportedProfile", ())}
    for name in served.profiles:
        if told is not None and supported and name not in supported:
            yield f"does not list {name} among the profiles of {served.type}"


def _smart(ehr: FHIRServer, told: Mapping[str, Any]) -> Iterator[str]:
    if not told:
        yield "gives no SMART configuration"
        return
    settings = ehr.settings
    if settings.token_url is not None and told.get("token_endpoint") not in (None, settings.token_url):
        yield "names another token endpoint than the one that is configured"
    grants = told.get("grant_types_supported")
    if isinstance(grants, list) and "client_credentials" not in grants:
        yield "does not list client_credentials among its grants"
    methods = told.get("token_endpoint_auth_methods_supported")
    ours = METHODS["private_key" if settings.private_key is not None else settings.secret_in]
    if isinstance(methods, list) and ours not in methods:
        yield f"does not list {ours} among the ways to authenticate"


def _listed(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = holder.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
