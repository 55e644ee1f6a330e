"""How often ids may be typed that open nothing, and pictures sent to be read."""

from dataclasses import dataclass

from django.http import HttpRequest

from config.common.addresses import counted_address
from config.common.attempts import WAIT_SECONDS, Guard, Limit
from config.common.errors import TooMuch
from config.common.rules import may
from fleet.requests import Request


@dataclass(frozen=True)
class Pictures:
    """How many are read of each address, and of all strangers together."""

    by_address: Limit
    of_strangers: Limit


# There are ten thousand million ids: with ten thousand codes, all guesses that all addresses together have in an hour
# find one in three years. Who mistypes is mostly stopped by the check character, which counts as no try.
IDS = Guard(pair=Limit("short-id", 10, WAIT_SECONDS), secret=Limit("short-id-anywhere", 300, 60 * 60))
# A camera that runs sends two a second, for a minute at most; a depot has one address. All strangers together have a
# tenth of what one processor reads, so that no crowd of them keeps it from its work: a photo costs as much as
# 30 frames.
FRAMES = Pictures(Limit("scan-frames", 900, WAIT_SECONDS), Limit("scan-frames-anywhere", 6000, WAIT_SECONDS))
PHOTOS = Pictures(Limit("scan-photos", 60, WAIT_SECONDS), Limit("scan-photos-anywhere", 200, WAIT_SECONDS))
_ALL = "all"  # Guessing one id is guessing all of them.


def take_id(request: HttpRequest) -> bool:
    """Whether one more id may be tried, which counts as a try."""
    return IDS.take(_ALL, counted_address(request))


def give_id_back(request: HttpRequest) -> None:
    """To be called after an id that opened something: it was no guess. The wrong ones before it still count."""
    IDS.give_back(_ALL, counted_address(request))


def count_picture(request: Request, pictures: Pictures) -> None:
    """To be called before one more picture is read. Raises `TooMuch`."""
    limit, of_strangers = pictures.by_address, pictures.of_strangers
    if limit.take(counted_address(request)) > limit.tries:
        raise TooMuch(retry_after=WAIT_SECONDS)
    if not may(request.actor, "fleet.pair_code") and of_strangers.take(_ALL) > of_strangers.tries:
        raise TooMuch(retry_after=WAIT_SECONDS)
