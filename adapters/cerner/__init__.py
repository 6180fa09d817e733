"""Oracle Health Millennium, formerly Cerner."""
