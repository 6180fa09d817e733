"""A small FHIR server over charts in memory, right in all that the runner checks, whose hooks let faults in."""

from tests.conformance.server.app import BASE, GRANULAR, LIMITED, TOKEN, Answer, Hooks, Server

__all__ = ["BASE", "GRANULAR", "LIMITED", "TOKEN", "Answer", "Hooks", "Server"]
