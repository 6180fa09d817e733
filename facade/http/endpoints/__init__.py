"""One file a kind of interaction: parse, interaction, respond."""
