"""athena's FHIR R4 -> US Core: what its server's records need, by area. Ids are in mappings/athena."""
