"""What differs between releases of Epic; customers are on four to six of them at once.

Source: Epic release train and search documentation, captures 2024 to 2026.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """`post_filters` honoured (May 2024 on), else ignored. `form_wins`: a POST _search reads its body whatever the
    query string holds (February 2026 on), else not when there is one. `bare_sessions`: a `next` link has a sessionID
    and nothing else. `related_by_patient`: RelatedPerson is found by patient, else by _id alone. `us_core_sex`: the
    patient's sex comes as us-core-sex, else as birthsex.
    """

    name: str
    date: str
    post_filters: bool = True
    form_wins: bool = True
    bare_sessions: bool = True
    related_by_patient: bool = True
    us_core_sex: bool = True


RELEASES = {
    one.name: one
    for one in (
        Release(
            "February 2024",
            "2024-02-09",
            post_filters=False,
            form_wins=False,
            bare_sessions=False,
            related_by_patient=False,
            us_core_sex=False,
        ),
        Release("November 2025", "2025-11-14", form_wins=False),
        Release("May 2026", "2026-05-08"),
    )
}
CURRENT = "May 2026"
