"""Re-applying a query to resources: `Matcher`. Dates and folding are shared with the parsing of queries."""

from facade.interactions.match.matcher import Matcher

__all__ = ["Matcher"]
