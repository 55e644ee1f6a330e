"""Addresses of the editor, and its form as a browser sends it."""

from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import reverse

from ticketing.models import (
    Assistant,
)


def address(name: str, assistant: Assistant, *args: object) -> str:
    return reverse(f"office:{name}", args=[assistant.template_id, *args])


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a browser would send of the form of an element, as it was drawn."""
    response = client.get(path)
    assert response.status_code == 200
    page = response.context["page"]
    state = page.form.state
    data: dict[str, Any] = {"key": state.key, "seen": state.seen, "form_key": state.form_key, "do": "save"}
    data |= {name: value for form in page.form.forms for name, value in sent_by(form)}
    data["part"], data["button"] = [row.id for row in page.form.parts], [row.id for row in page.form.buttons]
    data["files-element"] = [row.id for row in page.form.files]
    data |= {f"files-{row.id}": [file.id for file in row.files] for row in page.form.parts}
    return data


def sent_by(form: Any) -> Iterator[tuple[str, str]]:
    for bound in form:
        value = bound.value()
        if value not in (None, "", False):
            yield bound.html_name, value
