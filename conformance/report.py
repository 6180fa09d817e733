"""A report as JSON, HTML or JUnit XML, and the few lines that a terminal shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from conformance.client import Exchange, redacted
from conformance.lines import FAILED, NOT_EXERCISED, NOT_OFFERED, STATUSES, Line, counted
from conformance.runner import Report

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c2126 }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #d4d9de }
table { border-collapse: collapse } th, td { text-align: left; padding: .15rem 1rem .15rem 0 }
details { margin: .2rem 0 .2rem 1rem } summary { cursor: pointer }
.status { display: inline-block; width: 8.5rem; font-weight: 600 }
.passed .status { color: #1b7a3d } .failed .status { color: #b3261e } .not-exercised .status { color: #6a7178 }
.not-offered .status { color: #8a5a00 }
.message { margin: .2rem 0 .2rem 1.2rem } .source { font-size: .85rem; margin-left: 1.2rem }
pre { background: #f3f5f7; padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
pre { font-size: .8rem }
"""
# XML 1.0 has no way to write these, https://www.w3.org/TR/xml/#charsets
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def write(report: Report, *, json_: Path | None, html: Path | None, junit: Path | None) -> None:
    """Writes what is asked for. Raises OSError."""
    if json_ is not None:
        json_.write_text(json.dumps(report.document(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if html is not None:
        html.write_text("\n".join(_page(report)) + "\n", encoding="utf-8")
    if junit is not None:
        with junit.open("wb") as file:
            _junit(report).write(file, encoding="utf-8", xml_declaration=True)


def summary(report: Report) -> list[str]:
    """The outcome, group by group; what US Core demands and the server does not offer; and each failed line."""
    width = max((len(line.group) for line in report.lines), default=0)
    rows = []
    for group, lines in _groups(report.lines):
        counts = counted(lines)
        told = ", ".join(f"{counts[status]} {_words(status)}" for status in STATUSES if counts[status])
        rows.append(f"{group:<{width}}  {told}")
    rows += [
        f"NOT OFFERED {line.id}: {line.message.removeprefix('not offered: ')}"
        for line in report.lines
        if line.status == NOT_OFFERED
    ]
    for line in report.lines:
        if line.status == FAILED:
            rows += ["", f"FAILED {line.id}: {line.title}", f"       {line.message}", f"       {line.source}"]
            rows += [f"       {_one(exchange)}" for exchange in line.shown()[-1:]]
    return rows


def _groups(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    return ((group, list(found)) for group, found in groupby(lines, attrgetter("group")))


def _words(status: str) -> str:
    return status.replace("-", " ")


def _one(exchange: Exchange) -> str:
    return f"{exchange.method} {redacted(exchange.url)} -> {exchange.status}"


# --- HTML ----------------------------------------------------------------------------------------------------------


def _page(report: Report) -> Iterator[str]:
    counts = report.counts
    yield "<!doctype html><html lang=en><head><meta charset=utf-8><title>Conformance of "
    yield f"{escape(report.target)}</title><style>{STYLE}</style></head><body>"
    yield f"<h1>{escape(report.target)}</h1>"
    yield f"<p>US Core {escape(report.us_core)} and FHIR R4. {report.requests} requests. "
    yield "; ".join(f"{counts[status]} {_words(status)}" for status in STATUSES) + ".</p>"
    if counts[FAILED]:
        yield f"<h2>What failed</h2>{''.join(_row(line) for line in report.lines if line.status == FAILED)}"
    for group, lines in _groups(report.lines):
        yield f"<h2 id='{escape(group)}'>{escape(group)}</h2>"
        yield from map(_row, lines)
    yield "</body></html>"


def _row(line: Line) -> str:
    status = f"<span class=status>{_words(line.status)}</span>"
    source = f"<p class=source>{_source(line.source)} · {escape(line.id)}</p>"
    message = f"<p class=message>{escape(line.message)}</p>" if line.message else ""
    shown = "".join(map(_exchange, line.shown()))
    opened = " open" if line.status == FAILED else ""
    head = f"<summary>{status}{escape(line.title)}</summary>"
    return f"<details class='{line.status}'{opened}>{head}{message}{source}{shown}</details>"


def _source(url: str) -> str:
    return f'<a href="{escape(url)}">{escape(url)}</a>' if url.startswith(("https://", "http://")) else escape(url)


def _exchange(exchange: Exchange) -> str:
    shown = exchange.shown()
    lines = [f"{shown['method']} {shown['url']}", *(f"{name}: {value}" for name, value in shown["headers"].items())]
    lines += [shown["sent"]] if shown["sent"] else []
    lines += ["", f"{shown['status']}", shown["body"]]
    return f"<pre>{escape(chr(10).join(lines))}</pre>"


# --- JUnit ---------------------------------------------------------------------------------------------------------


def _junit(report: Report) -> ElementTree[Element]:
    counts = report.counts
    root = Element("testsuites", name=f"conformance of {report.target}")
    root.set("tests", str(len(report.lines)))
    root.set("failures", str(counts[FAILED]))
    root.set("skipped", str(counts[NOT_EXERCISED] + counts[NOT_OFFERED]))
    for group, lines in _groups(report.lines):
        of_group = counted(lines)
        suite = SubElement(root, "testsuite", name=group, tests=str(len(lines)), failures=str(of_group[FAILED]))
        suite.set("skipped", str(of_group[NOT_EXERCISED] + of_group[NOT_OFFERED]))
        for line in lines:
            case = SubElement(suite, "testcase", classname=group, name=_xml(f"{line.id}: {line.title}"))
            if line.status == FAILED:
                failure = SubElement(case, "failure", message=_xml(line.message))
                failure.text = _xml("\n".join([line.source, *map(_one, line.shown())]))
            elif line.status in (NOT_EXERCISED, NOT_OFFERED):
                SubElement(case, "skipped", message=_xml(line.message))
    indent(root)
    return ElementTree(root)


def _xml(text: str) -> str:
    return text.translate(_NOT_XML)
