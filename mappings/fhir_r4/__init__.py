"""FHIR R4 of a vendor -> FHIR R4 as we serve it: what is the same whichever vendor speaks it."""
