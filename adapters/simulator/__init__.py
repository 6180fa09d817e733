"""What every sandbox does alike and no vendor's: go wrong by rules, keep a journal of what was asked, count quotas.

For sandboxes only; knows no adapter and shares nothing with one.
"""
