"""Limits against guessing: tries are counted in the cache, which all processes share, before a secret is checked."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache

WAIT_SECONDS = 5 * 60


@dataclass(frozen=True)
class Limit:
    """So many tries within so many seconds, counted from the first one. Names are unique in the whole product."""

    name: str
    tries: int
    seconds: int

    def take(self, *who: str) -> int:
        """Count one more try. Returns the number of tries so far, this one included; never the same for two at once."""
        key = self._key(who)
        cache.add(key, 0, self.seconds)
        try:
            taken = cache.incr(key)
        except ValueError:
            # The window ended between the two calls.
            return self.take(*who)
        if taken <= 1:
            # Redis looks for the key before it counts: one that ends in between would come back and stay for ever.
            cache.touch(key, self.seconds)
        return taken

    def give_back(self, *who: str) -> None:
        """Take one try out of the count again, if the window has not ended."""
        with suppress(ValueError):
            cache.decr(self._key(who))

    def restart(self, *who: str) -> None:
        """Let the window begin anew and keep the count."""
        cache.touch(self._key(who), self.seconds)

    def forget(self, *who: str) -> None:
        """Start again at zero."""
        cache.delete(self._key(who))

    def _key(self, who: tuple[str, ...]) -> str:
        return f"tries:{self.name}:{hashlib.sha256(chr(0).join(who).encode()).hexdigest()}"


@dataclass(frozen=True)
class Guard:
    """Decides whether a secret may be tried once more.

    `pair` counts by secret and address and refuses when it is used up. `secret` counts over all addresses and refuses
    no address its first try: once it is used up, each address has one try in the window of `pair` instead of several.
    """

    pair: Limit
    secret: Limit

    def take(self, secret: str, address: str) -> bool:
        """Whether the try may be checked. An address that has no tries left uses up none of the other addresses'."""
        taken = self.pair.take(secret, address)
        if taken > self.pair.tries:
            return False
        # Guessing from many addresses becomes slow, and the owner still gets in from any other address.
        if self.secret.take(secret) > self.secret.tries and taken > 1:
            return False
        if taken == self.pair.tries:
            # The wait counts from the last try, not from the first.
            self.pair.restart(secret, address)
        return True

    def give_back(self, secret: str, address: str) -> None:
        """Take a try back that was not checked after all."""
        self.pair.give_back(secret, address)
        self.secret.give_back(secret)

    def forget(self, secret: str, address: str) -> None:
        """Forget the tries of this address, because it knew the secret."""
        self.pair.forget(secret, address)
        self.secret.give_back(secret)
