"""Files that arrived and were not sent: each page shows its own again, in order, until they are sent or removed."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from messenger.models import Attachment, Upload
from messenger.services.orphans import remove_idle_uploads, remove_unattached_uploads
from tests.cast import client_of, make_cast
from tests.factories import CategoryFactory, DeskTicketFactory, ManagerFactory, MemberFactory, SubscriberFactory
from tests.messenger import samples
from tests.messenger.tus import Sender
from tests.ticketing.portal_browser import PortalBrowser, make_long_flow
from ticketing.models import Ticket, TicketStatus
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = pytest.mark.django_db
CHOSEN = ("third.pdf", "first.pdf", "second.pdf")


@dataclass
class Form:
    """A page with a list of files: where they go, what its form sends besides, and its field of their ids."""

    client: Client
    page: str
    uploads: str
    action: str
    purpose: str
    data: dict[str, Any] = field(default_factory=dict)
    name: str = "uploads"
    slot: str = ""
    stranger: Client | None = None

    def add(self, name: str, **said: str) -> str:
        made = Sender(self.client, self.uploads).upload(samples.PDF, name, self.purpose, slot=self.slot, **said)
        return str(made["id"])

    def shown(self, client: Client | None = None) -> list[str]:
        """The names of the files that the page shows as not sent, in its order."""
        return re.findall(r'aria-label="Remove: ([^"]+)"', self.opened(client))

    def opened(self, client: Client | None = None) -> str:
        answer = (client or self.client).get(self.page)
        assert answer.status_code == 200, answer
        return str(answer.content.decode())

    def send(self, *ids: str, **more: Any) -> Any:
        return self.client.post(self.action, {"client_key": uuid.uuid4(), **self.data, self.name: ids, **more})


def written(role: str, surface: Any, purpose: str, page: str, action: str) -> Form:
    cast = make_cast(TicketStatus.ASSIGNED)
    return Form(
        cast.client(role),
        f"{surface.ticket_url('ticket_detail', cast.ticket)}?{page}",
        surface.ticket_url("upload_add", cast.ticket),
        surface.ticket_url(action, cast.ticket),
        purpose,
        {"text": "Look", "audience": "public"},
        stranger=cast.client("reporter" if role != "reporter" else "responsible") if purpose != "internal" else None,
    )


def step() -> Form:
    phone = PortalBrowser()
    asked = make_long_flow(phone.device)
    draft = phone.start(asked.flow)
    number = f"q{asked.photo.pk}"
    address = phone.url("flow_step", ticket_id=draft.pk, number=1)
    add = phone.url("upload_add", ticket_id=draft.pk)
    data = {"action": "next", **asked.without_photo}
    return Form(phone.client, address, add, address, "answer", data, f"{number}_uploads", number)


def whole_flow() -> Form:
    person = MemberFactory()
    phone = PortalBrowser(client=client_of(person))
    asked = make_long_flow(phone.device)
    draft_key = uuid.uuid4()
    start = reverse("office:flow_start", args=[phone.device.slug, asked.flow.pk])
    phone.client.post(start, {"client_key": draft_key})
    draft = Ticket.objects.get(client_key=draft_key)
    number = f"q{asked.photo.pk}"
    address = reverse("office:ticket_form", args=[phone.device.slug, draft.pk])
    data = {"action": "later", **asked.without_photo}
    add = OFFICE.ticket_url("upload_add", draft)
    return Form(phone.client, address, add, address, "answer", data, f"{number}_uploads", number)


def desk_edit() -> Form:
    manager = ManagerFactory()
    ticket = DeskTicketFactory(customer=manager.customer, creator=manager, person=manager, category=CategoryFactory())
    address = reverse("office:ticket_edit", args=[ticket.pk])
    data = {
        "version": ticket.sequence,
        "category": ticket.category_id,
        "subject": "Lost badge",
        "person": manager.pk,
        "person_text": manager.name,
        "writer": manager.pk,
    }
    stranger = client_of(MemberFactory())
    add = OFFICE.ticket_url("upload_add", ticket)
    return Form(client_of(manager), address, add, address, "edit", data, stranger=stranger)


def desk() -> Form:
    manager = ManagerFactory()
    anna = SubscriberFactory(customer=manager.customer)
    address = reverse("office:desk_form")
    data = {"category": CategoryFactory().pk, "subject": "Badge", "person": anna.pk, "person_text": anna.name}
    add = reverse("office:desk_upload_add")
    stranger = client_of(ManagerFactory(customer=manager.customer))
    return Form(client_of(manager), address, add, address, "desk", data, slot=str(uuid.uuid4()), stranger=stranger)


FORMS: dict[str, Callable[[], Form]] = {
    "message in the office": lambda: written("responsible", OFFICE, "message", "tab=messenger", "message_send"),
    "message on the phone": lambda: written("reporter", PORTAL, "message", "view=messages", "message_send"),
    "update in the office": lambda: written("responsible", OFFICE, "update", "tab=updates", "update_post"),
    "update on the phone": lambda: written("reporter", PORTAL, "update", "view=updates", "update_post"),
    "internal update": lambda: written("responsible", OFFICE, "internal", "tab=internal", "internal_update_post"),
    "step of a flow": step,
    "flow on one page": whole_flow,
    "edit of a ticket": desk_edit,
    "desk form": desk,
}
every_form = pytest.mark.parametrize("make", FORMS.values(), ids=list(FORMS))


@every_form
@pytest.mark.any_database
def test_what_arrived_is_shown_as_it_was_chosen_sent_as_the_form_says_and_then_gone(make: Callable[[], Form]) -> None:
    form = make()
    # The smallest arrives first, whatever was chosen first.
    ids = {name: form.add(name, position=str(CHOSEN.index(name))) for name in sorted(CHOSEN)}

    assert form.shown() == list(CHOSEN)
    assert form.opened().count(f'value="{ids["first.pdf"]}"') == 2  # Its button, and what the form sends.
    order = [ids[name] for name in ("second.pdf", "third.pdf", "first.pdf")]
    sent = form.send(*order)

    assert sent.status_code in (302, 303), sent.content.decode()
    assert list(Attachment.objects.values_list("name", "position")) == [
        ("second.pdf", 0),
        ("third.pdf", 1),
        ("first.pdf", 2),
    ]
    assert all(file.has_parent for file in Attachment.objects.all())
    form.page = form.page.replace("/new/form/", "/new/form/?again")
    assert [name for name in form.shown() if name not in CHOSEN] == []
    assert "uploader__file" not in form.opened().split("<template")[0] or form.purpose == "answer"


@every_form
@pytest.mark.any_database
def test_a_part_of_a_file_is_shown_as_such_and_not_sent(make: Callable[[], Form]) -> None:
    form = make()
    key = uuid.uuid4()
    begun = Sender(form.client, form.uploads).begin(200, "half.pdf", form.purpose, key, {"slot": form.slot})
    assert begun.status_code == 201

    page = form.opened()

    [row] = re.findall(r'<li\s+class="uploader__file"\s+data-state="partial".*?</li>', page, re.DOTALL)
    assert f'data-key="{key}"' in row
    assert "Only a part of it arrived. Choose it again." in row
    assert 'type="hidden"' not in row
    assert 'type="checkbox"' not in row
    assert form.shown() == ["half.pdf"]


@every_form
@pytest.mark.any_database
def test_without_a_script_one_is_removed_and_what_was_typed_stays(make: Callable[[], Form]) -> None:
    form = make()
    one, other = form.add("one.pdf"), form.add("other.pdf")

    answer = form.send(one, other, remove=one, action="")

    assert answer.status_code in (200, 303), answer.content.decode()
    assert list(Attachment.objects.values_list("name", flat=True)) == ["other.pdf"]
    typed = next(str(form.data[name]) for name in form.data if name in ("text", "subject") or name.startswith("q"))
    assert typed in (answer if answer.status_code == 200 else form.client.get(form.page)).content.decode()


@every_form
@pytest.mark.any_database
def test_it_waits_for_a_whole_day_and_is_swept_on_the_next(make: Callable[[], Form]) -> None:
    form = make()
    form.add("a.pdf")
    now = clock.now()

    with clock.freeze(now + timedelta(hours=26)):
        remove_unattached_uploads()
        remove_idle_uploads()
    assert form.shown() == ["a.pdf"]
    with clock.freeze(now + timedelta(hours=37)):
        remove_unattached_uploads()
        remove_idle_uploads()
    assert form.shown() == []
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "make",
    [each for name, each in FORMS.items() if name not in ("step of a flow", "flow on one page", "internal update")],
)
@pytest.mark.any_database
def test_nobody_else_sees_it(make: Callable[[], Form]) -> None:
    form = make()
    form.add("mine.pdf")
    assert form.stranger is not None

    answer = form.stranger.get(form.page)

    assert "mine.pdf" not in answer.content.decode()
    assert form.shown() == ["mine.pdf"]


@every_form
def test_a_page_costs_the_same_for_any_number_of_files(make: Callable[[], Form]) -> None:
    form = make()
    form.add("0.pdf")
    form.opened()
    counts = []
    for number in (1, 2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(form.shown()) == number
        counts.append(len(queries))
        form.add(f"{number}.pdf")

    assert counts[0] == counts[1]
