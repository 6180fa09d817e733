"""A small FHIR R4 server over the common population: what the sandboxes of vendors that speak FHIR are built from.

It shares no code with the adapters: what it knows of FHIR it knows by itself.
"""
