"""Hashing passwords must not take the machine."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from config import settings
from config.hashers import SteadyArgon2PasswordHasher


def test_passwords_are_hashed_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    most: list[int] = []

    def be_slow(self: Argon2PasswordHasher, *args: str) -> Any:
        running.append(1)
        most.append(len(running))
        time.sleep(0.01)
        running.pop()

    monkeypatch.setattr(Argon2PasswordHasher, "encode", be_slow)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", be_slow)
    hasher = SteadyArgon2PasswordHasher()
    with ThreadPoolExecutor(8) as pool:
        for number in range(16):
            pool.submit(hasher.encode if number % 2 else hasher.verify, "password", "salt")

    assert len(most) == 16
    assert max(most) == 1


def test_what_it_makes_is_argon2_and_it_is_used() -> None:
    hasher = SteadyArgon2PasswordHasher()

    encoded = hasher.encode("a password", "somesalt")

    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert Argon2PasswordHasher().verify("a password", encoded)
    assert [hasher.verify(password, encoded) for password in ("a password", "another")] == [True, False]
    assert hasher.must_update(Argon2PasswordHasher().encode("a password", "somesalt"))
    assert settings.PASSWORD_HASHERS == ["config.hashers.SteadyArgon2PasswordHasher"]
