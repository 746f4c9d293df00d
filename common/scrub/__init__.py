"""A copy of an installation for developers, in which nobody is found again: a pseudonymised one, not an anonymous one.

Rows are read from the installation, treated as the classification of each field says (`<app>/privacy.py`), and
written into a fresh database of the same kind with keys of its own. Nothing sealed is opened: what is sealed is made
anew. What is treated in a way of its own stands in `<app>/scrubbing.py`; tables that a copy goes without are named in
`LEFT_OUT` of `<app>/privacy.py`.
"""

from .copying import Copied, scrub
from .invent import Inventor
from .places import Refusal
from .treatments import Special

__all__ = ["Copied", "Inventor", "Refusal", "Special", "scrub"]
