"""How a blanker is let at a file."""

from collections.abc import Callable
from typing import IO

from messenger.bounded_files import BoundedFile, Unreadable
from messenger.content import damaged


def overwrite(file: IO[bytes], blank: Callable[[BoundedFile], None], name: str) -> None:
    """Overwrite what `blank` finds. Raises `InvalidInput` for a structure that cannot be followed.

    The file may be half overwritten then and must not be kept.
    """
    bounded = BoundedFile(file)
    try:
        blank(bounded)
    except Unreadable:
        raise damaged(name) from None
    bounded.flush()
    file.seek(0)
