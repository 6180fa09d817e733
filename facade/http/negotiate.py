"""Accept, _format, _pretty, Prefer, Content-Type: what form the client wants, and what form it sends.

https://hl7.org/fhir/R4/http.html#mime-type, RFC 9110 section 12 (Accept), RFC 7240 (Prefer)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.datastructures import Headers

from capability.issues import FHIRError, Invalid, NotAcceptable, UnsupportedMedia

FHIR_JSON = "application/fhir+json"
HTML = "text/html"
JSON = (FHIR_JSON, "application/json", "text/json")
OFFERED = (*JSON, HTML)  # the earlier where a client has no preference
FORMATS = {"json": FHIR_JSON, "html": HTML, **dict.fromkeys(JSON, FHIR_JSON), HTML: HTML}
NOTHING: frozenset[str] = frozenset()
VERSIONS = ("4.0", "4.0.1")
PREFERENCES = {  # lower case -> as the standard spells it
    "handling": {"strict": "strict", "lenient": "lenient"},
    "return": {"minimal": "minimal", "representation": "representation", "operationoutcome": "OperationOutcome"},
}
LONGEST = 1_000
# What stands between separators; a separator within quotes separates nothing.
MEMBER, PARAMETER = (re.compile(rf'(?:[^{sign}"]|"(?:\\.|[^"\\])*"?)+') for sign in ",;")


@dataclass(frozen=True, slots=True)
class Form:
    """How the answer is written: `media_type` of the response, indented or not.

    `handling` is the client's preference for unknown parameters; a search that applies it says so in its answer.
    `asked` are the parameters that chose the form, for a link to the next page in the same one.
    """

    media_type: str = FHIR_JSON + "; charset=utf-8"
    pretty: bool = False
    handling: str | None = None
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def html(self) -> bool:
        """A page for people, not the document itself."""
        return self.media_type.startswith(HTML)


def form(headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]) -> Form:
    """The form asked for by `_format` (wins), else Accept. Raises NotAcceptable, Invalid."""
    media_type, pretty = _written(headers, pairs)
    asked = tuple(pair for pair in pairs if pair[0] in ("_format", "_pretty"))
    return Form(media_type, pretty, preferences(headers).get("handling"), asked)


def form_of_refusal(headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]) -> Form:
    """The form of an error: as far as the wish can be read and met, else FHIR JSON."""
    for asked in (pairs, ()):
        try:
            return Form(*_written(headers, asked))
        except FHIRError:
            continue
    return Form()


def _written(headers: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> tuple[str, bool]:
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
        essence, parameters = _range(wanted)
        found = FORMATS.get(essence.replace(" ", "+")) if _version_fits(parameters) else None  # `+` came as a space
    else:
        found = _accepted(headers, OFFERED, frozenset({HTML}))
    if found is None:
        raise NotAcceptable(
            f"this server writes FHIR R4 as JSON: ask for {FHIR_JSON} or leave the choice open",
            parameter=None if wanted is None else "_format",
        )
    return f"{found}; charset=utf-8", pretty


def form_of_content(headers: Mapping[str, str], pairs: Sequence[tuple[str, str]], content_type: str) -> Form | None:
    """How a Binary is answered: None for its bytes as they are, else as FHIR. Raises NotAcceptable, Invalid.

    As FHIR for who names a form of FHIR, by `_format` or in Accept; a page never. https://hl7.org/fhir/R4/binary.html
    """
    written = _written({}, pairs)
    if any(name == "_format" for name, _ in pairs):
        return Form(*written)
    essence = content_type.partition(";")[0].strip().lower()
    found = _accepted(headers, tuple(dict.fromkeys((essence, *JSON))), NOTHING)
    if found is None:
        raise NotAcceptable(f"this document is {essence}; ask for that, or for {FHIR_JSON} to get it as a resource")
    named = {named for named, _ in map(_range, _listed(_field(headers, "accept")))}
    return None if found == essence and not (essence == FHIR_JSON and FHIR_JSON in named) else Form(*written)


def _accepted(headers: Mapping[str, str], offered: tuple[str, ...], only_named: frozenset[str]) -> str | None:
    accept = _field(headers, "accept")
    return _preferable(accept, offered, only_named) if len(accept) <= LONGEST else None


@lru_cache(maxsize=1_024)
def _preferable(header: str, offers: tuple[str, ...], only_named: frozenset[str]) -> str | None:
    """The offered type that an Accept header wants most, None where it takes none.

    The most specific range that fits a type gives its quality; of equal ones the type named first wins. A page for
    people is given to who names it, not to who takes anything.
    """
    ranges: dict[str, tuple[float, int]] = {}
    for position, part in enumerate(_listed(header) or ["*/*"]):
        essence, parameters = _range(part)
        if _version_fits(parameters):
            ranges.setdefault("*/*" if essence == "*" else essence, (_quality(parameters), -position))
    best: tuple[float, int] = (0.0, 1)
    found: str | None = None
    for offered in offers:
        wildcards = () if offered in only_named else (f"{offered.partition('/')[0]}/*", "*/*")
        fit = next((ranges[essence] for essence in (offered, *wildcards) if essence in ranges), None)
        if fit is not None and fit[0] > 0 and (found is None or fit > best):
            best, found = fit, offered
    return found


def _listed(header: str) -> list[str]:
    """The members of a list field."""
    return [part.strip() for part in MEMBER.findall(header) if part.strip()]


def _range(text: str) -> tuple[str, dict[str, str]]:
    """`type/subtype; name=value` as the lower-case essence and its parameters."""
    essence, *rest = PARAMETER.findall(text) or ("",)
    parameters = {}
    for parameter in rest:
        name, _, value = parameter.partition("=")
        parameters[name.strip().lower()] = value.strip().strip('"')
    return essence.strip().lower(), parameters


def quality(header: str, member: str) -> float:
    """How much a list field wants one of its members, 0 where it doesn't name it."""
    named = {name: parameters for name, parameters in map(_range, reversed(_listed(header)))}
    return _quality(named[member]) if member in named else 0.0


def _quality(parameters: Mapping[str, str]) -> float:
    try:
        quality = float(parameters.get("q", "1"))
    except ValueError:
        return 0.0
    return min(quality, 1.0) if quality > 0 else 0.0


def _version_fits(parameters: Mapping[str, str]) -> bool:
    return parameters.get("fhirversion", VERSIONS[0]) in VERSIONS


def check_body_type(headers: Mapping[str, str], *types: str, text: str) -> None:
    """Raises UnsupportedMedia with `text` where the body is of none of `types`, or of another FHIR version."""
    essence, parameters = _range(headers.get("content-type", ""))
    if essence not in types:
        raise UnsupportedMedia(text)
    if not _version_fits(parameters):
        raise UnsupportedMedia("this server reads FHIR R4: send fhirVersion=4.0 or leave it out")


def preferences(headers: Mapping[str, str]) -> dict[str, str]:
    """`handling` and `return` of a Prefer header, as far as it has them; others are ignored. Raises Invalid.

    The first of several counts (RFC 7240 section 2). `return` concerns writes only; a wrong one is a mistake anywhere.
    """
    found: dict[str, str] = {}
    for name, value in _preferred(_field(headers, "prefer")):
        if name in PREFERENCES and name not in found:
            values = PREFERENCES[name]
            if value.lower() not in values:
                *others, last = values.values()
                raise Invalid(f"Prefer: {name} is {', '.join(others)} or {last}", parameter="Prefer")
            found[name] = values[value.lower()]
    return found


def _preferred(header: str) -> Iterator[tuple[str, str]]:
    for part in _listed(header.replace(";", ",")):  # neither preference has parameters: who writes `;` means a list
        name, _, value = part.partition("=")
        yield name.strip().lower(), value.strip().strip('"')


def handling(headers: Mapping[str, str]) -> str | None:
    """`strict` or `lenient` of a Prefer header, None when it says neither. Raises Invalid on another value."""
    return preferences(headers).get("handling")


def _field(headers: Mapping[str, str], name: str) -> str:
    """A list field, also where it was sent in several lines."""
    if isinstance(headers, Headers):
        return ", ".join(headers.getlist(name))
    return headers.get(name, "")
