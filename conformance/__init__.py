"""An examination of a FHIR server from outside: does it do what US Core and FHIR R4 ask, and what it says itself?

`python -m conformance BASE` runs it. What is tried is derived from the server's own CapabilityStatement, the tables of
`capability.uscore` and, where one is given, the guide's package. Nothing here knows which server it examines.
"""
