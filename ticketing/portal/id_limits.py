"""How often ids may be typed that open nothing, and pictures sent to be read."""

from django.http import HttpRequest

from config.common.addresses import counted_address
from config.common.attempts import WAIT_SECONDS, Guard, Limit

# There are ten thousand million ids: with ten thousand codes, all guesses that all addresses together have in an hour
# find one in three years. Who mistypes is mostly stopped by the check character, which counts as no try.
IDS = Guard(pair=Limit("short-id", 10, WAIT_SECONDS), secret=Limit("short-id-anywhere", 300, 60 * 60))
# A camera that runs sends two a second, for a minute at most; a depot has one address.
FRAMES = Limit("scan-frames", 900, WAIT_SECONDS)
PHOTOS = Limit("scan-photos", 60, WAIT_SECONDS)
# A tenth of what one processor reads, so that no crowd of strangers keeps it from its work.
ALL_PICTURES = Limit("scan-pictures", 6000, WAIT_SECONDS)
_ALL = "all"  # Guessing one id is guessing all of them.


def take_id(request: HttpRequest) -> bool:
    """Whether one more id may be tried, which counts as a try."""
    return IDS.take(_ALL, counted_address(request))


def give_id_back(request: HttpRequest) -> None:
    """To be called after an id that opened something: it was no guess. The wrong ones before it still count."""
    IDS.give_back(_ALL, counted_address(request))


def take_picture(request: HttpRequest, limit: Limit) -> bool:
    """Whether one more picture may be read."""
    is_free = limit.take(counted_address(request)) <= limit.tries
    return is_free and ALL_PICTURES.take(_ALL) <= ALL_PICTURES.tries
