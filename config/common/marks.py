"""Marks that turn the direction of writing: invisible, and what stands beside them changes place."""

import re

# In one line a browser finds the direction by the letters; whoever sets one of these moves words that are not theirs.
# Written as escapes, because they would turn this line as well.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_direction_marks(text: str) -> str:
    """The text without marks, embeddings, overrides and isolates; its letters keep the direction they have.

    >>> without_direction_marks("\u202eabc\u202d(admin)")
    'abc(admin)'
    """
    return _DIRECTION.sub("", text)
