"""A client of the upload protocol in tests: sends what a browser's script sends."""

import base64
import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client

VERSION: dict[str, Any] = {"HTTP_TUS_RESUMABLE": "1.0.0", "HTTP_X_REQUESTED_WITH": "fetch"}
PIECE_TYPE = "application/offset+octet-stream"


def metadata(**fields: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in fields.items())


@dataclass
class Sender:
    """Sends files to the address below which uploads of a ticket are begun."""

    client: Client
    address: str

    def begin(
        self,
        length: int | str,
        name: str = "a.pdf",
        purpose: str = "message",
        key: Any = None,
        said: Any = None,
        **headers: str,
    ) -> Any:
        """`said` is what is said of the file besides: `slot` and `position`."""
        told = metadata(filename=name, purpose=purpose, key=str(key or uuid.uuid4()), **(said or {}))
        asked: dict[str, Any] = {**VERSION, "HTTP_UPLOAD_LENGTH": str(length), "HTTP_UPLOAD_METADATA": told, **headers}
        return self.client.post(self.address, **{k: v for k, v in asked.items() if v})

    def patch(self, location: str, offset: int | str, content: bytes, **headers: str) -> Any:
        asked: dict[str, Any] = {**VERSION, "HTTP_UPLOAD_OFFSET": str(offset), **headers}
        return self.client.generic("PATCH", location, content, asked.pop("content_type", PIECE_TYPE), **asked)

    def head(self, location: str) -> Any:
        return self.client.head(location, **VERSION)

    def delete(self, location: str) -> Any:
        return self.client.delete(location, **VERSION)

    def upload(
        self, content: bytes, name: str = "a.pdf", purpose: str = "message", piece: int = 1 << 20, **said: Any
    ) -> Any:
        """The file as the server describes it when it is whole."""
        begun = self.begin(len(content), name, purpose, said=said)
        assert begun.status_code == 201, begun.content
        for offset in range(0, len(content), piece):
            answer = self.patch(begun["Location"], offset, content[offset : offset + piece])
            assert answer.status_code == 204, answer.content
        return self.client.get(begun["Location"], **VERSION).json()
