from __future__ import annotations

from dataclasses import fields
from datetime import UTC
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.population import AS_OF, SEED, Population, population
from adapters.population.facts import Measurement, Person
from adapters.population.vitals import SHEETS

SEEDS = st.integers(min_value=0, max_value=10_000)
NUMBERS = st.integers(min_value=1, max_value=10_000)


@given(NUMBERS, SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_person_depends_on_seed_and_number_alone(number: int, seed: int) -> None:
    small, large = population(number, seed), population(10_001, seed)

    # a number that leaves or joins a small population may be somebody's old number in a larger one
    assert large.person(number).name == small.person(number).name
    assert large.person(number).born == small.person(number).born
    assert large.visits(number) == small.visits(number)
    assert large.chart(number) == small.chart(number)


@given(NUMBERS)
@settings(max_examples=25, deadline=None)
def test_two_seeds_are_two_populations(number: int) -> None:
    one, other = population(10_000, SEED).person(number), population(10_000, SEED + 1).person(number)

    assert (one.name, one.born, one.address) != (other.name, other.born, other.address)


@given(NUMBERS, SEEDS)
@settings(max_examples=60, deadline=None)
def test_time_runs_forward(number: int, seed: int) -> None:
    people = population(10_000, seed)
    person, visits = people.person(number), people.visits(number)
    end = person.died or AS_OF

    assert person.born <= person.registered <= AS_OF
    assert person.born <= end
    assert list(visits) == sorted(visits, key=lambda visit: visit.start)
    assert [index for index, _ in enumerate(visits, start=1)] == [visit.number for visit in visits]
    for visit in visits:
        assert visit.start.tzinfo is UTC
        assert visit.booked < visit.start
        assert visit.start.date() >= person.born
        assert visit.outcome == "booked" or visit.start.date() <= end
    for condition in people.chart(number).conditions:
        assert all(
            person.born.isoformat()[: len(event.onset)] <= event.onset for event in condition.events if event.onset
        )


@given(NUMBERS, SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_chart_stays_within_its_groups_and_visits(number: int, seed: int) -> None:
    people = population(10_000, seed)
    person, chart = people.person(number), people.chart(number)
    visits = {visit.number: visit for visit in people.visits(number)}

    assert {people.departments[visit.department].group for visit in visits.values()} <= set(person.groups)
    assert {one.group for one in chart.conditions} | {one.group for one in chart.allergies} <= set(person.groups)
    assert set(chart.measurements) | set(chart.diagnoses) <= set(visits)
    assert all(visits[number].outcome == "kept" for number in chart.measurements)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_every_clinician_number_is_a_valid_npi_and_one_person_has_two_entries(seed: int) -> None:
    clinicians = population(1, seed).clinicians

    for clinician in clinicians.values():
        if clinician.npi:
            digits = [int(digit) for digit in "80840" + clinician.npi]
            doubled = [digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits))]
            assert sum(digit // 10 + digit % 10 for digit in doubled) % 10 == 0
    assert clinicians[71].npi == clinicians[72].npi
    assert clinicians[71].name == clinicians[72].name


@pytest.fixture(scope="module", params=[SEED, 1, 77])
def people(request: pytest.FixtureRequest) -> Population:
    return population(seed=request.param)


def test_the_first_patient_is_a_well_filled_adult_woman_with_several_sets_of_vital_signs(people: Population) -> None:
    first = people.person(1)
    unsaid = {"died", "merged_into", "guardian", "gender_identity_text", "pronouns"}
    unfilled = {one.name for one in fields(Person) if getattr(first, one.name) is None} - unsaid

    assert (first.sex, first.status) == ("female", "active")
    assert 40 <= (AS_OF - first.born).days / 365 <= 45
    assert set() == unfilled
    assert len(people.chart(1).measurements) >= 4


def test_the_cast_covers_ages_sexes_and_standing(people: Population) -> None:
    everybody = list(people)
    ages = [(AS_OF - person.born).days / 365.25 for person in everybody]

    assert min(ages) < 0.1
    assert max(ages) > 90
    assert {"female", "male", "unknown"} == {person.sex for person in everybody}
    assert {"active", "inactive", "prospective", "deleted"} == {person.status for person in everybody}
    assert [6] == [person.number for person in everybody if person.died]
    assert [15] == [person.number for person in everybody if person.restricted]
    assert [19] == [person.number for person in everybody if person.sex_at_birth not in (None, person.sex)]


def test_a_merged_number_leads_to_its_survivor(people: Population) -> None:
    assert 7 == people.person(8).merged_into
    assert (8,) == people.person(7).previous_numbers
    assert 7 == people.survivor(8).number
    assert () == people.visits(8)


def test_names_have_accents_apostrophes_and_commas(people: Population) -> None:
    assert "'" in people.person(2).name.family
    assert "Jr., MD" == people.person(2).name.suffix
    assert not people.person(11).name.family.isascii()
    assert "," in people.person(24).name.family


def test_what_was_declined_is_told_from_what_is_missing(people: Population) -> None:
    declined, missing = people.person(9), people.person(12)

    assert declined.email_declined
    assert declined.race_declined
    assert declined.ethnicity_declined
    assert declined.language_declined
    assert (None, None, None, ()) == (missing.email, missing.address, missing.mobile_phone, missing.races)
    assert {False} == {missing.email_declined, missing.race_declined, missing.language_declined}


def test_one_person_has_the_same_allergen_in_two_charts_with_different_reactions(people: Population) -> None:
    one, other = people.chart(5).allergies

    assert one.allergen == other.allergen
    assert one.group != other.group
    assert one.reactions != other.reactions


def test_departments_of_two_groups_lie_in_different_time_zones(people: Population) -> None:
    zones = {(one.group, one.zone) for one in people.departments.values()}

    assert {(1, "US/Eastern"), (2, "US/Mountain"), (2, "US/Arizona")} == zones


def test_every_life_cycle_event_occurs(people: Population) -> None:
    events = chain.from_iterable(condition.events for condition in people.chart(1).conditions)

    assert {"start", "end", "hidden", "reactivated", "seen"} == {event.kind for event in events}


def test_some_dates_are_partial(people: Population) -> None:
    charts = [people.chart(person.number) for person in people]
    onsets = [event.onset for chart in charts for one in chart.conditions for event in one.events if event.onset]
    onsets += [one.onset for chart in charts for one in chart.allergies if one.onset]

    assert {4, 7, 10} >= {len(onset) for onset in onsets}
    assert min(len(onset) for onset in onsets) < 10


def test_codes_that_no_table_knows_occur(people: Population) -> None:
    chart = people.chart(20)

    assert "LOCAL" == people.person(20).races[0].system
    assert {"ICD9", "ICD10", "LOCAL"} <= {one.concept.system for one in chart.conditions}
    assert any(one.drug is None for one in chart.allergies)
    assert any(reaction.concept is None for one in chart.allergies for reaction in one.reactions)


def test_absence_of_allergies_and_problems_is_stated_for_some(people: Population) -> None:
    chart = people.chart(16)

    assert {2} == chart.no_known_drug_allergies == chart.no_known_problems
    assert ((), ()) == (chart.allergies, chart.conditions)
    assert people.chart(23).no_known_drug_allergies
    assert people.chart(23).allergies  # to something that is no drug


def test_every_kind_of_measurement_occurs(people: Population) -> None:
    taken: list[Measurement] = []
    for person in people:
        taken.extend(chain.from_iterable(people.chart(person.number).measurements.values()))
    kinds = {one.kind for one in taken}
    child = {"head circumference", "bmi percentile", "temperature site", "dialysis phase"}

    assert {row[0] for sheet in SHEETS for row in sheet} | child <= kinds
    assert {"bmi", "height", "weight", "head circumference"} == {one.kind for one in taken if one.percentile}


def test_a_large_population_costs_nothing_until_it_is_asked() -> None:
    people = population(10_000)

    assert 10_000 == len(people)
    assert 9_999 == people.person(9_999).number
    with pytest.raises(LookupError):
        people.person(10_001)


def test_nobody_has_a_visit_before_birth_newborns_with_a_cancelled_one_included() -> None:
    people = population(3_000, SEED)
    young = [n for n in range(1, 3_001) if (person := people.person(n)) and (AS_OF - person.born).days < 300]

    assert len(young) > 20
    assert [] == [n for n in young if any(v.start.date() < people.person(n).born for v in people.visits(n))]
