"""Query string -> typed query."""

from facade.http.params.request import parse_search

__all__ = ["parse_search"]
