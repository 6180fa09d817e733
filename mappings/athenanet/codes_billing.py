"""athenaNet's vocabulary of insurance and billing -> FHIR codes.

Relationships: docs.athenahealth.com, "Patient Relationship Mapping"; their targets
http://terminology.hl7.org/CodeSystem/subscriber-relationship. Claim statuses: docs.athenahealth.com, "Claim".
"""

from __future__ import annotations

from mappings.concept_map import ConceptMap, codes, codings

SUBSCRIBER_RELATIONSHIP = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"

CHILD = ("child", "Child")
OTHER = ("other", "Other")
PARENT = ("parent", "Parent")

RELATIONSHIP_TO_INSURED = codings(  # relationshiptoinsuredid: what the patient is to the policy's holder
    "athenanet-relationshiptoinsured",
    SUBSCRIBER_RELATIONSHIP,
    {
        "1": ("self", "Self"),
        "2": ("spouse", "Spouse"),
        "3": CHILD,
        "4": OTHER,
        "5": OTHER,
        "6": OTHER,
        "7": OTHER,
        "9": OTHER,
        "10": OTHER,
        "11": OTHER,
        "12": OTHER,
        "14": OTHER,
        "15": OTHER,
        "16": OTHER,
        "17": OTHER,
        "18": PARENT,
        "19": PARENT,
        "21": OTHER,
        "22": OTHER,
        "23": OTHER,
        "24": ("injured", "Injured Party"),
        "25": CHILD,
        "26": ("common", "Common Law Spouse"),
        "27": CHILD,
        "28": CHILD,
        "29": CHILD,  # [assumed] wording of 29 to 32: children and stepchildren of the mother's or father's insurance
        "30": CHILD,
        "31": OTHER,
        "32": OTHER,
    },
)

# insurancetype -> Source of Payment Typology: a practice's own rows only. The same words stand for several of its
# codes, so that without them the text is all that can be said.
INSURANCE_TYPE = ConceptMap("athenanet-insurancetype", {}, systems=("https://nahdo.org/sopt",))

# The record of a claim is in force once it can be worked at; what its first payer's hold keeps back is a draft.
CLAIM_STATUS = codes(
    "athenanet-claimstatus",
    {
        "ATHENAHOLD": "draft",
        "HOLD": "draft",
        "MGRHOLD": "draft",
        "BILLED": "active",
        "CLOSED": "active",
        "COLLECT": "active",
        "DROP": "active",
    },
    value_set="http://hl7.org/fhir/ValueSet/fm-status",
)

CHARGE_STATUS = codes(  # the same words, of a charge; DROP is what goes out with the next batch
    "athenanet-chargestatus",
    {
        "ATHENAHOLD": "billable",
        "HOLD": "billable",
        "MGRHOLD": "billable",
        "BILLED": "billed",
        "CLOSED": "billed",
        "COLLECT": "billed",
        "DROP": "billable",
    },
    closed=True,
)
