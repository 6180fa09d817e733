"""Links between Patients of a tenant's practices: what people confirmed to be one person. Nothing here guesses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from facade.tenancy.configuration import LinkSettings

Place = tuple[int, int]
"""Of an id: which link, and which of its patients."""


def mistakes(links: Mapping[int, LinkSettings], practices: Collection[str]) -> Iterator[tuple[Place, str]]:
    """What is wrong with links (by their place in the file) of a tenant with these practices."""
    named: set[str] = set()
    for at, link in links.items():
        here: set[str] = set()
        for index, id_ in enumerate(link.patients):
            practice = id_.partition(".")[0]
            if practice not in practices:
                yield (at, index), "names no practice of this tenant"
            elif practice in here:
                yield (at, index), "is the second of its practice here; a practice's own EHR says who is who there"
            elif id_ in named:
                yield (at, index), "stands in another link; put all of one person in one link"
            here.add(practice)
        named.update(link.patients)


def others(links: Iterable[LinkSettings]) -> dict[str, tuple[str, ...]]:
    """Public id of a Patient -> those of the same person elsewhere, in the order of the file."""
    return {id_: tuple(each for each in link.patients if each != id_) for link in links for id_ in link.patients}
