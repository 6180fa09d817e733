"""FHIRPath: parsed strictly, compiled once, at start. It knows nothing of the rest of the facade."""

from facade.fhirpath.compile import Expression, compile
from facade.fhirpath.syntax import EvaluationError, FHIRPathError

__all__ = ["EvaluationError", "Expression", "FHIRPathError", "compile"]
