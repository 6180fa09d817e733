"""Which types belong to a patient's compartment, and by which search parameter they are found there.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html
"""

from __future__ import annotations

from capability.uscore.compartment import PATIENT

DEFINITION = "http://hl7.org/fhir/CompartmentDefinition/patient"

PATIENT_LINK = "patient"
"""US Core's one parameter for it; FHIR's others (asserter, performer, ...) find what is about somebody else too."""

COMPARTMENT = frozenset(PATIENT) - {"Patient", "Provenance"}
"""Types that are searched for by their patient. A Provenance is found by its target."""
