"""People's facts as plain FHIR R4 resources, in nobody's dialect: what a vendor's sandbox turns into its own shapes.

Ids are plain and made of the facts' own numbers (`problem-7-2`: person 7, condition 2), so that a sandbox can compute
its vendor's ids from them. References are relative and use the same ids. No `meta`, no contained, a narrative only
where US Core demands one (CarePlan). `index` is a place in a list of the facts, from 0; `visit` is Visit.number.

Of the practice                                 Of one person (`7`)
    Organization      practice                      Patient             7
                      site-<department>             RelatedPerson       related-7-contact|nextkin|guardian|guarantor
                      payer-<plan>                  Encounter           visit-7-<visit>
                      facility-<outsider>           Appointment         appointment-7-<visit>
    Location          department-<department>       Condition           problem-7-<condition>
    Practitioner      practitioner-<clinician>                          noproblems-7-<group>
                      directory-<outsider>                              diagnosis-7-<visit>-<index>
    PractitionerRole  role-<clinician>              AllergyIntolerance  allergy-7-<group>-<allergen>
    Medication        drug-<drug>                                       nkda-7-<group>
                                                    Observation         vital-7-<visit>-<index>
                                                                        bp-7-<visit>-<index of systolic>-<of diastolic>
                                                                        percentile-7-<visit>-<index>
                                                    ServiceRequest      order-7-<order>
                                                    DiagnosticReport    labreport-7-<report>
                                                                        imaging-7-<image>
                                                    Observation         analyte-7-<report>-<index>
                                                    Specimen            specimen-7-<report>
                                                    DocumentReference   labpaper-7-<report>, imagingpaper-7-<image>
                                                                        document-7-<document>
                                                                        note-7-<visit>, ccda-7
                                                    Observation         social-7-<group>-<topic>
                                                                        orientation-7, occupation-7, score-7-<screening>
                                                    QuestionnaireResponse  screening-7-<screening>
                                                    MedicationRequest   medicine-7-<medicine>
                                                    MedicationDispense  dispense-7-<medicine>
                                                    Immunization        vaccine-7-<vaccine>
                                                    Procedure           surgery-7-<surgery>
                                                                        service-7-<visit>-<index>
                                                    Device              device-7-<device>
                                                    Goal                goal-7-<visit>-<index>, goal-7-<visit>-text
                                                    CarePlan            plan-7-<visit>
                                                    CareTeam            careteam-7
                                                    Coverage            coverage-7-<policy>
                                                    FamilyMemberHistory relative-7-<relation>-<key>
                                                    Provenance          prov-<id of the target>

A merged-away number has a Patient and nothing else; a deleted person has no record at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.fhir_r4.sandbox.records.allergies import allergies
from adapters.fhir_r4.sandbox.records.case import Case, File, Making
from adapters.fhir_r4.sandbox.records.coverage import coverages
from adapters.fhir_r4.sandbox.records.devices import implants
from adapters.fhir_r4.sandbox.records.documents import papers
from adapters.fhir_r4.sandbox.records.elements import Resource
from adapters.fhir_r4.sandbox.records.imaging import imaging
from adapters.fhir_r4.sandbox.records.laboratory import laboratory
from adapters.fhir_r4.sandbox.records.medicines import formulary, prescriptions
from adapters.fhir_r4.sandbox.records.orders import orders
from adapters.fhir_r4.sandbox.records.people import patient, related
from adapters.fhir_r4.sandbox.records.plans import planned, team
from adapters.fhir_r4.sandbox.records.problems import problems
from adapters.fhir_r4.sandbox.records.procedures import done
from adapters.fhir_r4.sandbox.records.provenance import provenance
from adapters.fhir_r4.sandbox.records.relatives import relatives
from adapters.fhir_r4.sandbox.records.screenings import screenings
from adapters.fhir_r4.sandbox.records.social_history import social
from adapters.fhir_r4.sandbox.records.staff import staff
from adapters.fhir_r4.sandbox.records.vaccines import immunizations
from adapters.fhir_r4.sandbox.records.visits import visits
from adapters.fhir_r4.sandbox.records.vital_signs import vital_signs
from adapters.population import Population

__all__ = ["File", "Records", "Resource", "chart", "directory"]

_MAKERS: tuple[Callable[[Case], Making], ...] = (
    patient,
    related,
    visits,
    problems,
    allergies,
    vital_signs,
    orders,
    laboratory,
    imaging,
    social,
    screenings,
    prescriptions,
    immunizations,
    done,
    implants,
    planned,
    team,
    papers,
    coverages,
    relatives,
)


@dataclass(frozen=True, slots=True)
class Records:
    """`resources` in a fixed order, each (type, id) once; `files` by the id of the Binary."""

    resources: Sequence[Resource]
    files: Mapping[str, File] = field(default_factory=dict)


def directory(people: Population) -> Records:
    """Practitioner, PractitionerRole, Organization, Location and the Medications of the formulary: what belongs to no
    patient."""
    return Records((*staff(people), *formulary()))


def chart(people: Population, number: int, *, deleted: bool = False) -> Records:
    """The Patient and everything known of one person, each with its Provenance behind all others.

    A fresh copy each time: a dialect may change it. `deleted`: a deleted person's too, who has none otherwise.
    LookupError: no such number.
    """
    case = Case(people, number)
    if case.person.status == "deleted" and not deleted:
        return Records(())
    makers = _MAKERS[:1] if case.person.merged_into else _MAKERS
    written = [one for maker in makers for one in maker(case)]
    told = [provenance(case, one) for one in written]
    return Records((*(one.resource for one in written), *told), case.files)
