"""Oracle Health Millennium's FHIR R4 -> US Core: quirks by their evidence, and code tables."""
