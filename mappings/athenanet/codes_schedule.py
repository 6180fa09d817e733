"""athenaNet's vocabulary of the schedule -> FHIR codes.

Status letters: docs.athenahealth.com, "Appointment". Cancel reasons are a practice's own list (GET
/appointmentcancelreasons): a practice may put its rows over ours by the table's name.
"""

from __future__ import annotations

from mappings.concept_map import codes, codings

# o is a slot that nobody booked, and no appointment. x is a no-show where the reason says so. f stays in the past
# where nobody checked in: that somebody came, or did not, would be made up.
APPOINTMENT_STATUS = codes(
    "athenanet-appointmentstatus",
    {
        "f": "booked",
        "2": "checked-in",
        "3": "fulfilled",
        "4": "fulfilled",
        "x": "cancelled",
    },
    closed=True,
)

# [assumed] wording of the common reasons; API cancellations come with "CANCELLED FROM API", which says not whose it was
CANCEL_REASON = codings(
    "athenanet-cancelreason",
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
    {
        "PATIENT CANCELLED": ("pat", "Patient"),
        "PROVIDER UNAVAILABLE": ("prov", "Provider"),
    },
)
