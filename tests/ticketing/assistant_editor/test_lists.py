"""The pages that list assistants and their elements, and what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from fleet.actors import KnownActor
from tests.assistants import button, element, guide, make_assistant
from tests.factories import (
    TemplateFactory,
    make_flow,
)
from tests.ticketing.assistant_editor.form import address
from ticketing.models import (
    Assistant,
    ElementDay,
)
from ticketing.services import assistants

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_no_page_costs_more_queries_with_more_elements_or_templates(office: Client, actor: KnownActor) -> None:
    small, large = make_flow().template, make_flow().template
    one = make_assistant(actor, small, guide("one"))
    three = make_assistant(actor, large, element("a", button("b", "b"), button("c", "c")), guide("b"), guide("c"))
    for assistant in (one, three):
        assistants.publish_assistant(actor=actor, assistant=assistant)
    pages = [("assistant_detail", ()), ("assistant_publish", ()), ("assistant_version", (1,))]
    office.get(address("assistant_detail", one))

    for name, args in pages:
        assert queries_of(office, address(name, one, *args)) == queries_of(office, address(name, three, *args)), name
    edited = [queries_of(office, address("element_edit", each, key)) for each, key in ((one, "one"), (three, "a"))]
    assert edited[0] == edited[1]
    before = queries_of(office, reverse("office:assistant_list"))
    for key in ("four", "five", "six"):
        more = make_assistant(actor, make_flow().template, guide(key))
        assistants.publish_assistant(actor=actor, assistant=more)
    assert queries_of(office, reverse("office:assistant_list")) == before


def test_the_list_says_state_problems_and_numbers(office: Client, actor: KnownActor, assistant: Assistant) -> None:
    empty = TemplateFactory()
    for key, days in (("start", 1), ("film", 2), ("film", 31)):
        day = (clock.now() - timedelta(days=days)).date()
        ElementDay.objects.create(assistant=assistant, key=key, day=day, seen=5, helped=2, reported=1)

    def states() -> dict[int, Any]:
        rows = office.get(reverse("office:assistant_list")).context["page"].rows
        return {row.template.pk: row for row in rows}

    assert states()[empty.pk].state == "nothing"
    row = states()[assistant.template_id]
    assert (row.state, row.count, row.numbers.seen, row.numbers.helped, row.numbers.reported) == ("draft", 5, 10, 4, 2)
    assistants.publish_assistant(actor=actor, assistant=assistant)
    assert states()[assistant.template_id].state == "published"
    assistants.remove_element(actor=actor, assistant=assistant, key="jaw")
    row = states()[assistant.template_id]
    assert (row.state, row.errors) == ("changed", 1)
    rows = office.get(address("assistant_detail", assistant)).context["page"].by_key
    assert (rows["film"].numbers.recent.seen, rows["film"].numbers.total.seen) == (5, 10)


def test_boxes_of_the_map_have_names(office: Client, assistant: Assistant) -> None:
    page = office.get(address("assistant_detail", assistant)).content.decode()

    assert 'aria-label="What is wrong?, question, start, leads to 2 elements"' in page
    assert 'aria-label="Does the film tear at the jaw?, yes/no question, leads to 2 elements"' in page
