"""Where each element that US Core asks for comes from: computed by running an adapter over its own sandbox.

Nothing here is written by hand about a vendor. Each upstream document that an answer was made of is made anew without
one of its fields, or with another value in it, and the adapter is asked again: elements that change come from there.
"""
