"""athenaNet administered screeners -> US Core QuestionnaireResponse, and the score as a Screening Assessment.

Source  GET /v1/{practiceid}/chart/{patientid}/administeredquestionnairescreeners?departmentid
Shape   [assumed] {"questionnairescreeners": [{questionnairescreenerid, templateid, name, encounterid, state, score,
        administereddate, administeredby, lastmodifieddatetime, questions[]{questionid, question, answer, score}}]}:
        the path is documented, the layout is not. The names of the fields stand in this file alone.
Units   a score is `{score}`
Times   administereddate "MM/DD/YYYY", lastmodifieddatetime ISO with offset
Target  US Core 6.1.0 QuestionnaireResponse; Observation Screening Assessment for the total score
Skips   scores of single questions
"""

from __future__ import annotations

from urllib.parse import quote

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.codes_screening import INSTRUMENTS, SCORES
from mappings.athenanet.observation_social_history import OBSERVATION_CATEGORY
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.concept_map import codes
from mappings.mapped import Mapped, Origin, Record

SURVEY = (OBSERVATION_CATEGORY, "survey")

QUESTIONNAIRE_DISPLAY = "http://hl7.org/fhir/StructureDefinition/display"

STATES = codes(  # state -> QuestionnaireResponse.status; [assumed] words
    "athenanet-screenerstate",
    {
        "SCORED": "completed",
        "COMPLETE": "completed",
        "COMPLETED": "completed",
        "PARTIAL": "in-progress",
        "INCOMPLETE": "in-progress",
        "DELETED": "entered-in-error",
    },
    value_set="http://hl7.org/fhir/ValueSet/questionnaire-answers-status",
)

SCORE_STATUS = {"completed": "final", "in-progress": "preliminary"}
"""Status of a QuestionnaireResponse -> status of its score."""


def questionnaire_response(record: Record, *, patient: str, practice: Practice) -> Mapped:
    """The filled-in screener. ValueError without its id. `patient` is the patientid."""
    translation = Translation(practice)
    status = _status(record, translation)
    authored = _authored(record, translation)
    key, name = as_id(record.get("questionnairescreenerid")), as_str(record.get("name"))
    resource = fhir.resource(
        "QuestionnaireResponse",
        id=ids.local("screening", patient, key),
        meta=translation.meta(record.get("lastmodifieddatetime")),
        identifier=fhir.identifier(translation.practice.system("administeredscreener"), key),
        questionnaire=_questionnaire(record, name, translation),
        _questionnaire=fhir.element(
            extension=[fhir.extension(QUESTIONNAIRE_DISPLAY, valueString=name)] if name else None
        ),
        status=status,
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=_encounter(record, patient),
        authored=authored,
        _authored=None if authored else fhir.absent(),
        author=fhir.reference("Practitioner", _author(record, practice)),
        item=[_item(as_record(one), place) for place, one in enumerate(as_list(record.get("questions")), start=1)],
    )
    return translation.mapped(resource, _origin(record, translation))


def score(record: Record, *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """The total score as an Observation, none where the screener has none that is a number."""
    translation = Translation(practice)
    key, name = as_id(record.get("questionnairescreenerid")), as_str(record.get("name"))
    total = as_str(record.get("score"))
    status = _status(record, translation)
    if total is None or status == "entered-in-error":
        return ()
    known = translation.concept(SCORES, name)
    day = translation.date(record.get("administereddate"))
    try:
        value = {"valueQuantity": fhir.quantity(total, "score", "{score}")}
    except ValueError:
        value = {"valueString": total}  # type: ignore[dict-item]  # the practice's words are kept as they are
    resource = fhir.resource(
        "Observation",
        id=ids.local("score", patient, key),
        meta=translation.meta(record.get("lastmodifieddatetime")),
        status=SCORE_STATUS.get(status, "unknown"),
        category=[fhir.codeable(fhir.coding(*SURVEY, "Survey"))],
        code=fhir.codeable(known.coding() if known else None, text=f"{name or 'Screening'} total score"),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=_encounter(record, patient),
        effectiveDateTime=day,
        _effectiveDateTime=None if day else fhir.absent(),
        performer=[fhir.reference("Practitioner", _author(record, practice))],
        **value,
        derivedFrom=[fhir.reference("QuestionnaireResponse", ids.local("screening", patient, key))],
    )
    return (translation.mapped(resource, _origin(record, translation)),)


def _status(record: Record, translation: Translation) -> str:
    """[assumed] A screener that is listed as administered was completed, whatever its state is called."""
    state = translation.concept(STATES, record.get("state"))
    return state.code if state else "completed"


def _questionnaire(record: Record, name: str | None, translation: Translation) -> str:
    """LOINC's own Questionnaire of a known instrument; else a name of the practice's, which resolves nowhere."""
    known = translation.concept(INSTRUMENTS, name)
    if known is not None and known.system == fhir.LOINC:
        return f"http://loinc.org/q/{known.code}"
    template = as_str(record.get("templateid")) or name or "unknown"
    return f"{translation.practice.system('questionnairescreener')}:{quote(template, safe='')}"


def _item(record: Record, place: int) -> fhir.Element | None:
    answer = as_str(record.get("answer"))
    return fhir.element(
        linkId=as_str(record.get("questionid")) or str(place),
        text=as_str(record.get("question")),
        answer=[{"valueString": answer}] if answer else None,
    )


def _authored(record: Record, translation: Translation) -> str | None:
    """When the answers were last changed, which `authored` means, where nobody says when they were given."""
    day = translation.date(record.get("administereddate"))
    return day or translation.moment(record.get("lastmodifieddatetime"), AUDIT_ZONE)


def _encounter(record: Record, patient: str) -> fhir.Element | None:
    visit = as_str(record.get("encounterid"))
    return fhir.reference("Encounter", ids.local("encounter", patient, visit)) if visit and visit != "0" else None


def _author(record: Record, practice: Practice) -> str | None:
    name = as_str(record.get("administeredby"))
    return practice.author(name) if name else None


def _origin(record: Record, translation: Translation) -> Origin:
    modified = translation.moment(record.get("lastmodifieddatetime"), AUDIT_ZONE)
    return translation.practice.origin(record.get("administeredby"), modified)
