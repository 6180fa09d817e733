"""What vendor documents mean in FHIR. Pure functions and tables: no network, clock, settings or logging."""
