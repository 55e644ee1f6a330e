"""Sessions in the database, without the statements that Django spends on them and that change nothing."""

from typing import Any, cast

from django.contrib.sessions.backends import db
from django.utils.crypto import get_random_string

KEY_LENGTH = 32
KEY_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class SessionStore(db.SessionStore):
    """Django's own, which `SESSION_ENGINE` finds by this name.

    A session that was saved and has not changed since is not saved again in the same request.
    """

    _saved: tuple[str | None, bytes] | None = None

    def _get_new_session_key(self) -> str:
        # Django asks first whether the key is taken. It is not, and `create` would find out all the same.
        return get_random_string(KEY_LENGTH, KEY_CHARACTERS)

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's own signature)
        content = cast("bytes", self.serializer().dumps(cast("Any", self)._get_session(no_load=must_create)))
        if not must_create and self._saved == (self.session_key, content):
            return
        super().save(must_create=must_create)
        self._saved = (self.session_key, content)
