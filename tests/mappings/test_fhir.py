"""Builders: no empties, no shared state, and no change to a date, a time or a number."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import fhir, fhirjson

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ["America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu", "America/St_Johns", "UTC"]

FHIR_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
FHIR_DATETIME = re.compile(
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?"
)


def test_empty_elements_are_left_out_and_false_and_zero_are_not() -> None:
    made = fhir.resource("Thing", a=None, b="", c=[], d={}, e=[None, {}], f=False, g=0, h=["x", None])

    assert {"resourceType": "Thing", "f": False, "g": 0, "h": ["x"]} == made


def test_a_name_that_python_reserves_and_a_primitives_twin_can_be_given() -> None:
    assert {"class": {"code": "AMB"}, "_name": {"id": "1"}} == fhir.element(class_={"code": "AMB"}, _name={"id": "1"})


def test_what_a_builder_returns_may_be_edited() -> None:
    fhir.absent()["extension"].clear()
    fhir.absent_code()["coding"].clear()

    assert "unknown" == fhir.absent()["extension"][0]["valueCode"]
    assert "unknown" == fhir.absent_code()["coding"][0]["code"]


# --- dates ----------------------------------------------------------------------------------------------------------

DATES = st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31))


@given(DATES)
def test_a_date_keeps_its_precision(day: date) -> None:
    assert day.isoformat() == fhir.us_date(f"{day:%m/%d/}{day.year:04}")
    assert day.isoformat()[:7] == fhir.us_date(f"{day:%m/}{day.year:04}")
    assert day.isoformat()[:4] == fhir.us_date(f"{day.year:04}")
    assert day.isoformat() == fhir.us_date(f"{day.month}/{day.day}/{day.year}")
    assert day.isoformat() == fhir.us_date(day.isoformat())


@pytest.mark.parametrize("sentinel", ["01/01/1", "01/01/0001", "1/1/1", "12/31/9999", "9999", None, "", "  "])
def test_a_sentinel_is_no_date(sentinel: str | None) -> None:
    assert fhir.us_date(sentinel) is None
    assert fhir.us_datetime(sentinel, NEW_YORK) is None


@pytest.mark.parametrize(
    "garbage",
    ["02/30/2020", "13/01/2020", "00/15/2020", "00/2020", "05/00/2020", "1/1/20", "2020-13", "soon", "٠١/٠١/٢٠٢٠"],
)
def test_garbage_is_not_a_date(garbage: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        fhir.us_date(garbage)


@given(
    st.text()
    | st.from_regex(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{1,5}( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( [AP]M)?)?", fullmatch=True)
)
def test_any_text_is_a_fhir_date_or_none_or_a_value_error(text: str) -> None:
    for read, form in ((fhir.us_date, FHIR_DATE), (lambda one: fhir.us_datetime(one, NEW_YORK), FHIR_DATETIME)):
        try:
            found = read(text)
        except ValueError:
            continue
        assert found is None or form.fullmatch(found)


# --- times ----------------------------------------------------------------------------------------------------------


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001 (wall time is what is tested)
def test_wall_time_keeps_its_digits_and_gets_the_offset_of_its_zone(wall: datetime, name: str) -> None:
    wall = wall.replace(microsecond=0)
    zone = ZoneInfo(name)

    found = fhir.us_datetime(f"{wall:%m/%d/%Y %H:%M:%S}", zone)

    assert found is not None
    assert wall.isoformat() == found[:19]
    assert wall.replace(tzinfo=zone).utcoffset() == datetime.fromisoformat(found).utcoffset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03/08/2026 01:59:59", "2026-03-08T01:59:59-05:00"),
        ("03/08/2026 02:30:00", "2026-03-08T02:30:00-05:00"),  # no clock showed it: the digits stay
        ("03/08/2026 03:00:00", "2026-03-08T03:00:00-04:00"),
        ("11/01/2026 01:30:00", "2026-11-01T01:30:00-04:00"),  # shown twice: the first
        ("11/01/2026 02:00:00", "2026-11-01T02:00:00-05:00"),
        ("01/20/2026 08:45", "2026-01-20T08:45:00-05:00"),
        ("01/20/2026 12:05 AM", "2026-01-20T00:05:00-05:00"),
        ("01/20/2026 12:05 pm", "2026-01-20T12:05:00-05:00"),
        ("2026-05-30T15:00:13-07:00", "2026-05-30T15:00:13-07:00"),
        ("2026-05-30T15:00:13-0700", "2026-05-30T15:00:13-07:00"),
        ("2026-05-30T15:00:13.250Z", "2026-05-30T15:00:13.250Z"),
        ("2026-05-30T15:00:13", "2026-05-30T15:00:13-04:00"),
        ("05/30/2026", "2026-05-30"),
        ("2026-05", "2026-05"),
    ],
)
def test_each_form_of_a_time_is_read(text: str, expected: str) -> None:
    assert expected == fhir.us_datetime(text, NEW_YORK)


def test_wall_time_of_no_known_zone_is_cut_to_its_date() -> None:
    assert "2026-01-20" == fhir.us_datetime("01/20/2026 08:45", None)


@pytest.mark.parametrize(
    "garbage", ["01/20/2026 25:00", "01/20/2026 13:00 PM", "2026-01-20T10:00:00+99:00", "01/01/1850 10:00"]
)
def test_garbage_is_not_a_time(garbage: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        fhir.us_datetime(garbage, NEW_YORK)


def test_only_a_full_time_is_an_instant() -> None:
    assert "2026-05-30T15:00:13Z" == fhir.instant("2026-05-30T15:00:13Z")
    assert fhir.instant("2026-05-30") is None


def test_the_earliest_of_partial_dates_is_the_one_that_begins_first() -> None:
    assert "2018" == fhir.earliest(["2018-05", None, "2018"])
    assert "2018-01-01" == fhir.earliest(["2018", "2018-01-01"])
    assert "2018-05-01T10:00:00-04:00" == fhir.latest(["2018-05-01T10:00:00-04:00", "2018-05-01T09:30:00-04:00"])
    assert fhir.earliest([None]) is None


# --- numbers --------------------------------------------------------------------------------------------------------


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,9})?", fullmatch=True))
def test_a_quantity_has_the_digits_of_its_text(text: str) -> None:
    assert text.encode() == fhirjson.dumps(fhir.quantity(text, "g", "g")["value"])


def test_a_quantity_without_a_ucum_code_claims_no_system() -> None:
    assert {"value": Decimal("12"), "unit": "stone"} == fhir.quantity("12", "stone")


@pytest.mark.parametrize(
    "text", ["72 reg", "1e3", "1,5", "12O", "", "NaN", "Infinity", "١٢", "0x10", "1_0", "1/2", "9" * 41]
)
def test_what_is_not_wholly_a_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal number"):
        fhir.quantity(text, "g", "g")
