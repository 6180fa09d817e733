"""DiagnosticReport of imaging studies: what was seen, in words or on paper."""

from __future__ import annotations

from adapters.fhir_r4.sandbox.records.attachments import attachment, document_of, text_attachment
from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    LOINC,
    Element,
    coding,
    concept,
    identifier,
    instant,
    listed,
    loinc,
    reason_absent,
    reference,
    resource,
)
from adapters.fhir_r4.sandbox.records.laboratory import taken
from adapters.fhir_r4.sandbox.records.laboratory_codes import IMAGING_STUDY, RADIOLOGY, REPORT_STATUSES
from adapters.population.results import Image, results


def imaging(case: Case) -> Making:
    for one in case.people.facts(case.number, results).images:
        report = _report(case, one)
        yield report
        if forms := report.resource.get("presentedForm"):
            about = reference("DiagnosticReport", report.resource["id"], one.title)
            yield document_of(case, f"imagingpaper-{case.number}-{one.number}", IMAGING_STUDY, report, about, forms)


def _status(one: Image) -> str:
    if one.state == "deleted":
        return "entered-in-error"
    if one.status is None:
        return "final" if one.state == "closed" else "unknown"
    return REPORT_STATUSES[one.status.lower()]


def _report(case: Case, one: Image) -> Written:
    facility = reference("Organization", f"facility-{one.facility}") if one.facility else None
    on = taken(case, one.on, one.department, timed=one.timed)
    made = resource(
        "DiagnosticReport",
        f"imaging-{case.number}-{one.number}",
        identifier=listed(
            identifier("imaging", f"{case.number}-{one.number}"),
            identifier("accession", one.accession) if one.accession else None,
        ),
        basedOn=listed(reference("ServiceRequest", f"order-{case.number}-{one.order}") if one.order else None),
        status=_status(one),
        category=[loinc(*RADIOLOGY)],
        code=concept(coding(LOINC, *IMAGING_STUDY), text=one.title),
        subject=case.subject(),
        encounter=case.encounter(one.visit),
        effectiveDateTime=on,
        _effectiveDateTime=None if on else reason_absent(),
        issued=instant(one.filed),
        performer=listed(facility),
        conclusion=one.conclusion,
        presentedForm=_forms(case, one),
    )
    return Written(made, one.filed, one.clinician)


def _forms(case: Case, one: Image) -> list[Element]:
    id_ = f"imaging-{case.number}-{one.number}"
    forms = [
        attachment(case, f"{id_}-{page}", "png", one.title, f"page {page + 1}", one.filed) for page in range(one.pages)
    ]
    if one.original:
        forms.append(attachment(case, f"{id_}-original", "pdf", one.title, "as it came", one.filed))
    return [text_attachment(case, f"{id_}-text", one.title, one.text, one.filed), *forms] if one.text else forms
