"""DocumentReference, DiagnosticReport and the files behind them as Millennium serves them.

Source: Millennium FHIR R4, captured resources. A document is there as pdf, xml and html, in that order; a report as
text, xml and pdf; each by an absolute URL, never inline. Categories are split over concepts, or absent; type by
codeSet/72.
"""

from __future__ import annotations

from html import escape

from adapters.cerner.sandbox.dialect.shapes import (
    CUSTOMER,
    LOINC,
    OFFICE,
    About,
    Element,
    Resource,
    absent,
    dual,
    every,
    hl7,
    millis,
    respelled,
    without,
    words_of,
)
from adapters.cerner.sandbox.ids import attachment as binary_id
from adapters.fhir_r4.sandbox.records import File
from adapters.population import files

PDF, XML, HTML, TEXT = "application/pdf", "application/xml", "text/html", "text/plain"
DOCUMENT_FORMS = (PDF, XML, HTML)
REPORT_FORMS = (TEXT, XML, PDF)
SUFFICIENT = {
    "system": "http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem",
    "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
    "display": "mimeType Sufficient",
}
_SERVICES = {"LAB": ("LP29693-6", "Laboratory"), "RAD": ("LP29684-5", "Radiology")}


def document_reference(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["identifier"] = [{"system": "https://fhir.cerner.com/ceuuid", "value": f"CE{about.person:04x}-{serial}-DOC"}]
    made["docStatus"] = plain.get("docStatus", "final")
    made["type"] = dual(plain.get("type", {}), about.code_set(72))
    made["category"] = _document_category(plain, serial)
    made["custodian"] = {"reference": about.practice}
    format_ = absent() if every(serial, 3) else SUFFICIENT
    forms = _served(plain, [one["attachment"] for one in plain["content"]], DOCUMENT_FORMS, serial, about)
    made["content"] = [{"attachment": one, "format": format_} for one in forms]
    context = {key: value for key, value in plain.get("context", {}).items() if key in ("encounter", "period")}
    if "period" in context:
        context["period"] = {end: millis(at) for end, at in context["period"].items()}
    made["context"] = context
    respelled(made, serial, "date")
    return made


def _document_category(plain: Resource, serial: int) -> list[Element]:
    """LOINC without a text, US Core's beside it; or nothing but what stands for the absent."""
    if every(serial, 5, 2):
        return [{"coding": [absent()]}]
    codes = [one for one in plain.get("type", {}).get("coding", ()) if one.get("system") == LOINC]
    own = [{"coding": [{**one, "userSelected": False} for one in codes]}] if codes else []
    return [*own, *plain.get("category", ())]


def report(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["identifier"] = [{"system": "https://fhir.cerner.com/ceuuid", "value": f"CE{about.person:04x}-{serial}-DR"}]
    service = _service(plain)
    made["category"] = _report_category(service, serial)
    made["code"] = dual(plain["code"], about.code_set(72))
    if service != "LAB" or every(serial, 2):
        on = made.pop("effectiveDateTime", None)
        made["effectivePeriod"] = {"end": on} if every(serial, 4) else {"start": on, "end": on}
    if every(serial, 5, 1):
        made.pop("result", None)
    forms = plain.get("presentedForm", ())
    made["presentedForm"] = _served(plain, forms, REPORT_FORMS, serial, about, report=True) if forms else []
    respelled(made, serial, "effectiveDateTime", "effectivePeriod", "issued")
    return made


def _service(plain: Resource) -> str:
    codes = {coding["code"] for one in plain.get("category", ()) for coding in one.get("coding", ())}
    return "LAB" if "LAB" in codes else "RAD"


def _report_category(service: str, serial: int) -> list[Element]:
    own = {**hl7("v2-0074", service, _SERVICES[service][1]), "userSelected": True}
    code, display = _SERVICES[service]
    loinc = {"system": LOINC, "code": code, "display": display, "userSelected": False}
    return [{"coding": [own], "text": display}, {"coding": [absent() if every(serial, 4, 3) else loinc]}]


def _served(
    plain: Resource, sent: list[Element], forms: tuple[str, ...], serial: int, about: About, *, report: bool = False
) -> list[Element]:
    """Every form of one document; what it is not filed as is rendered from what it is."""
    found = [about.sources[one["url"].removeprefix("Binary/")] for one in sent if "url" in one]
    words = words_of(plain.get("type") or plain.get("code") or {})
    title = next((one["title"] for one in sent if one.get("title")), words)
    served = []
    for form in forms:
        id_ = binary_id(form, serial, report)
        kept = next((one for one in found if one.content_type == form), None)
        about.files[id_] = kept or _rendered(form, title, found)
        made = {"contentType": form, "url": f"Binary/{id_}", "title": title}
        created = plain.get("date") or plain.get("issued")
        served.append({**made, "creation": millis(created)} if created else made)
    return served


def _rendered(form: str, title: str, found: list[File]) -> File:
    text = next((one.content.decode() for one in found if one.content_type == TEXT), title)
    if form == PDF:
        return File(PDF, files.file("pdf", title, text.splitlines()[0] if text else title)[0])
    if form == TEXT:
        return File(TEXT, text.encode())
    lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    if form == HTML:
        return File(HTML, _XHTML.format(title=escape(title), body=lines).encode())
    return File(XML, _CDA.format(title=escape(title), body=lines.replace("p>", "paragraph>")).encode())


_XHTML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n'
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{title}</title></head><body><div>{body}</div></body></html>'
)
_CDA = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"><title>{title}</title><component>'
    "<structuredBody><component><section><text>{body}</text></section></component></structuredBody></component>"
    "</ClinicalDocument>"
)


def service_request(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["code"] = dual(plain["code"], about.code_set(200), only=every(serial, 6, 2))
    made["category"] = [dual(one, about.code_set(6000)) for one in plain.get("category", ())]
    if "requester" not in plain:
        made["requester"] = absent()
    respelled(made, serial, "authoredOn", "occurrenceDateTime")
    return made


def specimen(plain: Resource, serial: int, about: About) -> Resource:
    made = {**plain, "type": dual(plain.get("type", {"text": "Specimen"}), about.code_set(2052))}
    if accession := plain.get("accessionIdentifier"):
        made["accessionIdentifier"] = {**accession, "system": CUSTOMER}
    return made


def questionnaire_response(plain: Resource, serial: int, about: About) -> Resource:
    made = without(plain, "identifier")
    own = str(plain.get("questionnaire", ""))
    made["questionnaire"] = own.replace(OFFICE, f"https://fhir.cerner.com/{about.tenant}/")
    respelled(made, serial, "authored")
    return made
