"""The server: HTTP, tenancy, auth, interactions, policy, state. It knows no vendor's name."""
