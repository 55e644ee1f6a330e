"""How passwords and PINs are hashed."""

from threading import Lock

from django.contrib.auth.hashers import Argon2PasswordHasher

_one_at_a_time = Lock()


class SteadyArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 as OWASP advises for servers: 19 MiB and two rounds, one hash at a time in a process.

    Older hashes are verified as they are, and made anew at the next sign-in.
    """

    # With Django's 100 MB, forty people who sign in at once would take 3 GB, and eighty make every page wait for 20 s.
    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _one_at_a_time:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _one_at_a_time:
            return super().verify(password, encoded)
