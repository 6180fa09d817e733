"""What is declared, as OpenAPI 3.1. https://spec.openapis.org/oas/v3.1.0

The same rows as the CapabilityStatement, so that the two cannot differ.
"""

from capability.openapi.document import openapi

__all__ = ["openapi"]
