"""How passwords and PINs are hashed."""

from threading import Lock

from django.contrib.auth.hashers import Argon2PasswordHasher

_one_at_a_time = Lock()


class SteadyArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2, one hash at a time in a process.

    Each takes 100 MB and all cores: forty strangers who sign in at once would take 3 GB and gain no time.
    """

    def encode(self, password: str, salt: str) -> str:
        with _one_at_a_time:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _one_at_a_time:
            return super().verify(password, encoded)
