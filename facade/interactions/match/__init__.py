"""Re-applying a query to resources: `Matcher`. Dates, folding and modifiers are shared with the parsing of queries."""

from facade.interactions.match.matcher import Matcher
from facade.interactions.match.modifiers import modifiers

__all__ = ["Matcher", "modifiers"]
