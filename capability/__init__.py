"""What FHIR and US Core require, what can be promised, and how a request can fail. Data and tiny functions, no I/O."""
