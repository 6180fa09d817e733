"""The authorization server: so far SMART Backend Services, the one grant that needs no person."""
