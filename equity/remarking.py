"""Which items of Form 45-110F1 a remark may be about, in the order of the form.

Every item that an issuer answers, with those made from the terms of the offering, from the
principals and by the certificate: an officer may ask for a change of any of them.
"""

from compliance.rules.ni45_110 import items
from equity.words import item_order

WHOLE = ""
"""A remark about the document as a whole, or about what no item holds."""
_FROM_TERMS = ("5.1", "5.2", "5.3", "5.4", "5.7", "5.8", "7.2")
_OTHERS = ("4.1", "7.2p", "7.2d", "14")
ITEMS: tuple[str, ...] = tuple(sorted({*items.ANSWERED, *_FROM_TERMS, *_OTHERS}, key=item_order))
LONGEST_REMARK = 2_000
"""Characters of one remark, and of one answer."""
MOST_REMARKS = 60
