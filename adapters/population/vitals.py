"""What was measured at one visit, as it was written down: pounds and inches for adults, metric for children."""

from __future__ import annotations

from datetime import timedelta

from adapters.population import tables
from adapters.population.cast import also
from adapters.population.dice import Dice
from adapters.population.facts import Measurement, Person, Visit

Row = tuple[str, str, str | None, int]  # kind, value, unit, act

# One sheet a visit: together they hold every kind of measurement there is, the odd and the wrong ones too.
SHEETS: tuple[tuple[Row, ...], ...] = (
    (
        ("systolic", "142", "mmHg", 0),
        ("diastolic", "88", "mmHg", 0),
        ("blood pressure site", "L arm", None, 0),
        ("blood pressure position", "sitting", None, 0),
        ("cuff size", "large adult", None, 0),
        ("systolic", "136", "mmHg", 1),
        ("diastolic", "84", "mmHg", 1),
        ("blood pressure site", "R arm", None, 1),
        ("blood pressure position", "standing", None, 1),
        ("height", "63", "in", 0),
        ("height kind", "Standing", None, 0),
        ("weight", "171.5", "lb", 0),
        ("weight kind", "With clothes", None, 0),
        ("bmi", "30.40", "kg/m2", 0),
        ("temperature", "98.60", "degF", 0),
        ("temperature site", "oral", None, 0),
        ("pulse", "72", "/min", 0),
        ("pulse rhythm", "regular", None, 0),
        ("pulse site", "radial", None, 0),
        ("respiratory rate", "18", "/min", 0),
        ("oxygen saturation", "97", "%", 0),
        ("air", "Room Air at Rest", None, 0),
    ),
    (
        ("blood pressure refused", "yes", None, 0),
        ("blood pressure refused reason", "Patient refused", None, 0),
        ("weight refused", "yes", None, 0),
        ("weight refused reason", "Not tolerated", None, 0),
        ("height", "63", "in", 0),
        ("height kind", "Stated", None, 0),
        ("pain", "4", None, 0),
        ("pain scale", "Numeric", None, 0),
        ("consciousness", "Alert", None, 0),
    ),
    (
        ("systolic", "150", "mmHg", 0),
        ("diastolic refused", "yes", None, 0),
        ("weight", "999", "lb", 0),
        ("weight out of range", "yes", None, 0),
        ("heart rate text", "72 reg", None, 0),
        ("temperature", "36.7", "degF", 0),  # Celsius in a Fahrenheit field
        ("bmi", "1406", "kg/m2", 0),
        ("height", "Testing", "in", 0),
        ("respiratory rate", "16", "/min", 0),
    ),
    (
        ("systolic refused", "yes", None, 0),
        ("diastolic", "80", "mmHg", 0),
        ("oxygen saturation", "91", "%", 0),
        ("air", "Oxygen", None, 0),
        ("oxygen flow", "2", "L/min", 0),
        ("inhaled oxygen", "28", "%", 0),
        ("waist circumference", "38.5", "in", 0),
        ("ankle circumference", "24", "cm", 0),
        ("left ankle circumference", "24.5", "cm", 0),
        ("right ankle circumference", "23.5", "cm", 0),
        ("arm circumference", "31 cm at the midpoint", None, 0),
        ("body surface area", "1.82", "m2", 0),
        ("basal metabolic rate", "1480 kcal/day", None, 0),
        ("blood sugar", "118 fasting", None, 0),
        ("vision right", "20/40", None, 0),
        ("vision left", "20/30", None, 0),
        ("vision both", "20/25", None, 0),
        ("vision correction", "CC", None, 0),
        ("birth weight", "7 lb 2 oz", None, 0),
        ("birth length", "20 in", None, 0),
        ("vital signs note", "Readings taken after 5 minutes of rest; walked in with a cane.", None, 0),
    ),
    (
        ("systolic", "138", "mmHg", 0),
        ("diastolic", "82", "mmHg", 0),
        ("heart rate text", "68", None, 0),
        ("peak flow", "410", "L/min", 0),
        ("neck circumference", "14.5", "in", 0),
        ("last menstrual period", "1998", None, 0),
        ("pain", "0", None, 0),
    ),
)
DIALYSIS: tuple[Row, ...] = (
    ("weight", "180.4", "lb", 0),
    ("dialysis phase", "Pre-dialysis", None, 0),
    ("weight", "176.0", "lb", 1),
    ("dialysis phase", "Post-dialysis", None, 1),
    ("systolic", "158", "mmHg", 0),
    ("diastolic", "90", "mmHg", 0),
    ("systolic", "134", "mmHg", 1),
    ("diastolic", "78", "mmHg", 1),
)
_CHILD_YEARS = 18


def measurements(dice: Dice, person: Person, visit: Visit, index: int) -> tuple[Measurement, ...]:
    """Empty when nothing was measured. `index` counts the visits of this person that had a chance of measuring."""
    if visit.outcome != "kept" or visit.kind in ("video", "orders"):
        return ()
    if ("every vital sign" in person.traits or also(person.number, 13)) and visit.kind == "office":
        rows = SHEETS[index % len(SHEETS)]
        percentiles: dict[str, int] = {}
    elif visit.kind == "flowsheet" and "dialysis" in person.traits:
        rows, percentiles = DIALYSIS, {}
    elif visit.kind in ("flowsheet", "device"):
        rows, percentiles = _home(dice), {}
    elif (visit.start.date() - person.born).days < _CHILD_YEARS * 365.25:
        rows, percentiles = _child(dice, person, visit)
    else:
        rows, percentiles = _adult(dice, person), {}
    recorded = visit.start + timedelta(minutes=dice.between(3, 20), seconds=dice.between(0, 59))
    by = dice.pick(tables.STAFF)
    return tuple(
        Measurement(kind, value, unit, act, recorded + timedelta(seconds=act * 70), by, percentiles.get(kind))
        for kind, value, unit, act in rows
    )


def _home(dice: Dice) -> tuple[Row, ...]:
    return tuple(
        row
        for act in range(3)
        for row in (
            ("systolic", str(dice.between(118, 148)), "mmHg", act),
            ("diastolic", str(dice.between(70, 92)), "mmHg", act),
            ("pulse", str(dice.between(58, 92)), "/min", act),
        )
    )


def _adult(dice: Dice, person: Person) -> tuple[Row, ...]:
    body = Dice(person.number, person.born.toordinal())  # height does not change from visit to visit
    inches = round(body.around(64 if person.sex == "female" else 69, 1.5) * 2) / 2
    pounds = round((body.around(27, 3) + dice.around(0, 0.4)) * (inches * 0.0254) ** 2 / 0.45359237, 1)
    bmi = pounds * 0.45359237 / (inches * 0.0254) ** 2
    full = bool(person.traits & {"complete", "four visits"})
    rows: list[Row] = [
        ("systolic", str(dice.between(104, 150)), "mmHg", 0),
        ("diastolic", str(dice.between(62, 92)), "mmHg", 0),
        ("height", f"{inches:g}", "in", 0),
        ("weight", f"{pounds:.1f}", "lb", 0),
        ("bmi", f"{bmi:.2f}", "kg/m2", 0),
        ("temperature", f"{dice.around(98.3, 0.3):.1f}", "degF", 0),
        ("pulse", str(dice.between(56, 98)), "/min", 0),
    ]
    if full or dice.chance(0.7):
        rows.append(("respiratory rate", str(dice.between(12, 20)), "/min", 0))
    if full or dice.chance(0.7):
        rows.append(("oxygen saturation", str(dice.between(94, 100)), "%", 0))
        rows.append(("air", "Room Air at Rest", None, 0))
    if full or dice.chance(0.5):
        rows.append(("blood pressure site", dice.pick(("L arm", "R arm")), None, 0))
        rows.append(("blood pressure position", dice.pick(("sitting", "standing", "supine")), None, 0))
    if dice.chance(0.3):
        rows.append(("pain", str(dice.between(0, 6)), None, 0))
    return tuple(rows)


def _child(dice: Dice, person: Person, visit: Visit) -> tuple[tuple[Row, ...], dict[str, int]]:
    years = max(0.0, (visit.start.date() - person.born).days / 365.25)
    centimetres = 50 + 25 * years if years < 1 else 75 + 11 * (years - 1) if years < 2 else 86 + 6.2 * (years - 2)
    kilograms = 3.4 + 6.2 * years if years < 1 else 9.6 + 2.3 * (years - 1) if years < 6 else 21 + 3.4 * (years - 6)
    centimetres, kilograms = centimetres * dice.around(1, 0.02), kilograms * dice.around(1, 0.06)
    rows: list[Row] = [
        ("height", f"{centimetres:.1f}", "cm", 0),
        ("weight", f"{kilograms:.2f}", "kg", 0),
        ("temperature", f"{dice.around(98.4, 0.4):.1f}", "degF", 0),
        ("temperature site", "rectal" if years < 1 else "temporal artery", None, 0),
        ("pulse", str(round(dice.around(135 - min(years, 14) * 4, 6))), "/min", 0),
        ("respiratory rate", str(round(dice.around(38 - min(years, 13) * 1.7, 2))), "/min", 0),
    ]
    percentiles = {"height": dice.between(2, 98), "weight": dice.between(2, 98)}
    if years < 3:
        head = 35 + 11 * min(years, 1) + 1.3 * max(0.0, years - 1)
        rows += [("height kind", "Lying", None, 0), ("head circumference", f"{dice.around(head, 0.6):.1f}", "cm", 0)]
        percentiles["head circumference"] = dice.between(2, 98)
    if years >= 2:
        percentile = dice.between(3, 97)
        rows.append(("bmi", f"{kilograms / (centimetres / 100) ** 2:.2f}", "kg/m2", 0))
        percentiles["bmi"] = percentile
        rows.append(("bmi percentile", str(percentile), "%", 0))
    if years >= 3:
        rows += [
            ("systolic", str(dice.between(88, 118)), "mmHg", 0),
            ("diastolic", str(dice.between(50, 74)), "mmHg", 0),
        ]
    return tuple(rows), percentiles
