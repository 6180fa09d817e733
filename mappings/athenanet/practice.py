"""What a mapping has to know about the athenaNet practice a record came from, and the systems of its identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from mappings.athena import ids
from mappings.athenanet.scalars import as_str
from mappings.concept_map import Overrides
from mappings.mapped import Origin

AUDIT_ZONE = ZoneInfo("America/New_York")
"""Audit stamps without an offset are US Eastern: stated for appointments; [assumed] for vitals' createddate."""

CLINICAL_PROVIDER = "urn:athenahealth:athenanet:clinicalprovider"  # one nationwide directory for all practices
ALLERGEN = "urn:athenahealth:athenanet:allergen"  # one list for all practices
SOCIAL_HISTORY = "urn:athenahealth:athenanet:socialhistory"  # keys that mean the same in all practices
CLINICAL_ELEMENT = "urn:athenahealth:athenanet:clinicalelementid"  # likewise


def chart_system(practiceid: str) -> str:
    """System of the tag that says which chart, by chart sharing group, a resource was in."""
    return f"urn:athenahealth:athenanet:chartsharinggroup:{quote(practiceid, safe='')}"


@dataclass(frozen=True, slots=True)
class Practice:
    """One athenaNet practice; ids are local to it.

    `zones`               departmentid -> the department's time zone
    `usernames`           providerusername -> its providerids, lowest first (one person may be several providers), to
                          turn createdby and lastmodifiedby into references
    `nonpersons`          providerids that are machines or rooms: never referred to as a Practitioner
    `default_zone`        wall time that no department explains; None: such a time is cut to its date
    `birth_sex_from_sex`  fill US Core birthsex from `sex` where assignedsexatbirth is missing
    `best_match_icd10`    add a problem's bestmatchicd10code, athenaNet's guess, as a second coding
    `us_core`             edition of US Core that the tenant serves
    `overrides`           the practice's own rows over the code tables, as `concept_map.overriding` makes them
    """

    practiceid: str
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)
    usernames: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    nonpersons: frozenset[str] = frozenset()
    default_zone: ZoneInfo | None = None
    birth_sex_from_sex: bool = False
    best_match_icd10: bool = False
    us_core: str = "6.1.0"
    overrides: Overrides = field(default_factory=dict)

    def system(self, kind: str) -> str:
        """The identifier system of one of the practice's id spaces, such as `patient`."""
        return f"urn:athenahealth:athenanet:{kind}:{quote(self.practiceid, safe='')}"

    def zone(self, departmentid: Any) -> ZoneInfo | None:
        return self.zones.get(as_str(departmentid) or "", self.default_zone)

    @property
    def organization(self) -> str:
        """Local reference to the practice itself."""
        return f"Organization/{ids.local('practice', self.practiceid)}"

    def practitioner(self, providerid: Any) -> str | None:
        """Local id of the Practitioner, None where there is no provider or it is not a person."""
        key = as_str(providerid)
        return ids.local("provider", key) if key and key not in self.nonpersons else None

    def serves(self, edition: str) -> bool:
        """Whether the tenant serves this edition of US Core (`8.0.0`) or a later one."""
        return _numbers(self.us_core) >= _numbers(edition)

    def author(self, username: Any, providerid: Any = None) -> str | None:
        """Local id of the Practitioner who has the user name; of several the record's own provider, else the lowest.

        A name that no listed provider has is that of a deleted one, who is the record's own provider unless the list
        has that one under another name. None where nothing says who it is.
        """
        name, own = as_str(username), as_str(providerid)
        if name is None:
            return self.practitioner(own)
        known = self.usernames.get(name)
        if known:
            return self.practitioner(own if own in known else known[0])
        listed = any(own in providers for providers in self.usernames.values())
        return None if listed else self.practitioner(own)

    def origin(self, username: Any = None, recorded: str | None = None, providerid: Any = None) -> Origin:
        """Origin of a record that `username` wrote, or else the provider; `providerid` is the record's own."""
        name = as_str(username)
        provider = self.author(name, providerid)
        return Origin(
            recorded=recorded,
            author=f"Practitioner/{provider}" if provider else None,
            author_name=name,
            organization=self.organization,
        )


def _numbers(edition: str) -> tuple[int, ...]:
    return tuple(int(part) for part in edition.split(".") if part.isdigit())
