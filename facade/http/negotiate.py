"""Accept, _format, _pretty, Prefer: what form the client wants. https://hl7.org/fhir/R4/http.html#mime-type"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from capability.issues import Invalid, NotAcceptable

FHIR_JSON = "application/fhir+json"
JSON_NAMES = frozenset({"json", "application/json", "text/json", FHIR_JSON})
ANY = frozenset({"*/*", "application/*", "text/*"})


@dataclass(frozen=True, slots=True)
class Form:
    """How the answer is written: `media_type` of the response, indented or not."""

    media_type: str = FHIR_JSON + "; charset=utf-8"
    pretty: bool = False


def form(headers: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> Form:
    """The form asked for by `_format` (wins), else Accept. Raises NotAcceptable, Invalid."""
    wanted: str | None = None
    pretty = False
    for name, value in pairs:
        if name == "_format":
            wanted = value
        elif name == "_pretty":
            if value not in ("true", "false"):
                raise Invalid("_pretty is true or false", parameter="_pretty")
            pretty = value == "true"
    if wanted is not None:
        return Form(_named(wanted.replace(" ", "+"), parameter="_format"), pretty)
    return Form(_accepted(headers.get("accept", "*/*")), pretty)


def _named(text: str, *, parameter: str | None = None) -> str:
    essence, _, rest = text.partition(";")
    if essence.strip().lower() not in JSON_NAMES or not _version_fits(rest):
        raise _refused(parameter)
    return Form().media_type


def _accepted(header: str) -> str:
    """The best type of an Accept header that we can give; generic JSON names are echoed."""
    if len(header) > 1_000:
        raise _refused(None)
    for essence, rest in _ranges(header):
        if not _version_fits(rest):
            continue
        if essence in ANY or essence == FHIR_JSON:
            return Form().media_type
        if essence in JSON_NAMES:
            return f"{essence}; charset=utf-8"
    raise _refused(None)


def _ranges(header: str) -> Sequence[tuple[str, str]]:
    """(essence, parameters) of each media range, best first; those with q=0 left out."""
    found: list[tuple[float, int, str, str]] = []
    for position, part in enumerate(header.split(",") if header.strip() else ["*/*"]):
        essence, _, rest = part.partition(";")
        quality = 1.0
        for parameter in rest.split(";"):
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                try:
                    quality = float(value)
                except ValueError:
                    quality = 0.0
        if quality > 0:
            found.append((-quality, position, essence.strip().lower(), rest))
    return [(essence, rest) for _, _, essence, rest in sorted(found)]


def _version_fits(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "fhirversion":
            return value.strip().strip('"') in ("4.0", "4.0.1")
    return True


def _refused(parameter: str | None) -> NotAcceptable:
    return NotAcceptable(
        f"this server writes FHIR R4 as JSON: accept {FHIR_JSON} or leave the choice open", parameter=parameter
    )


def handling(headers: Mapping[str, str]) -> str | None:
    """`strict` or `lenient` of a Prefer header, None when it says neither. Raises Invalid on another value."""
    for part in headers.get("prefer", "").replace(";", ",").split(","):
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "handling":
            found = value.strip().strip('"').lower()
            if found not in ("strict", "lenient"):
                raise Invalid("Prefer: handling is strict or lenient", parameter="Prefer")
            return found
    return None
