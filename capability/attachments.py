"""The elements of R4 that hold an Attachment. https://hl7.org/fhir/R4/datatypes.html#attachment"""

from __future__ import annotations

ATTACHMENTS = frozenset(
    "attachment content contentAttachment defaultValueAttachment document fixedAttachment form image "
    "legallyBindingAttachment patternAttachment photo presentedForm sourceAttachment valueAttachment".split()
)
"""Names of the elements that hold an Attachment in some type; what else has such a name has no url."""
