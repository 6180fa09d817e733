"""The practice that the tests' records come from."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from mappings.athenanet.practice import Practice

PRACTICE = Practice(
    practiceid="195900",
    zones={"1": ZoneInfo("America/New_York"), "148": ZoneInfo("America/Los_Angeles")},
    usernames={"ksample": ("71",), "twice": ("72", "171")},
    nonpersons=frozenset({"99"}),
)
