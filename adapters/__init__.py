"""The vendors: one folder each. The files beside the folders are the frame they all fill in and are given."""
