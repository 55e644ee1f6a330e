"""Files of the desk form over HTTP: they are their writer's, wait for the form, and are used up when it is saved."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from config.common.errors import NotAllowed
from fleet.actors import KnownActor
from fleet.models import Person
from messenger.models import Attachment, Upload
from messenger.services.orphans import remove_idle_uploads, remove_unattached_uploads
from tests.cast import client_of, make_cast
from tests.factories import (
    CategoryFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
    TicketFactory,
)
from tests.messenger import samples
from tests.messenger.tus import Sender
from ticketing.models import Category, JournalEntry, Ticket, TicketStatus
from ticketing.services.desk_files import add_files
from ticketing.services.editing import edit_fields
from ticketing.services.verification import verify_ticket
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORM, ADD = reverse("office:desk_form"), reverse("office:desk_upload_add")
OWN = {"Origin": "http://testserver", "Referer": f"http://testserver{FORM}"}


@pytest.fixture
def manager() -> Person:
    return ManagerFactory()


@pytest.fixture
def anna(manager: Person) -> Person:
    return SubscriberFactory(customer=manager.customer)


@pytest.fixture
def category() -> Category:
    return CategoryFactory()


def filled(category: Category, person: Person, **more: Any) -> dict[str, Any]:
    named = {"person": person.pk, "person_text": person.name}
    return {"client_key": uuid.uuid4(), "category": category.pk, "subject": "Lost badge", **named, **more}


def sent_by(person: Person, name: str = "bill.pdf") -> str:
    made = Sender(client_of(person), ADD).upload(samples.PDF, name, purpose="desk")
    return str(made["id"])


def text(name: str, content: bytes = b"42 EUR") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


def names_of(ticket: Ticket) -> list[str]:
    return [file.name for answer in ticket.answers.all() for file in answer.attachments.all()]


def page_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("role", ["manager", "member", "subscriber"])
def test_whoever_has_the_form_uploads_before_it_is_saved(
    role: str, manager: Person, anna: Person, category: Category
) -> None:
    people: dict[str, Person] = {"manager": manager, "member": MemberFactory(), "subscriber": anna}
    person = people[role]
    data = filled(category, anna, uploads=[sent_by(person)], visibility="public")

    assert client_of(person).post(FORM, data).status_code == 303

    ticket = Ticket.objects.get()
    assert names_of(ticket) == ["bill.pdf"]
    assert list(verify_ticket(ticket)) == []


def test_strangers_upload_nothing() -> None:
    refused = Sender(Client(), ADD).begin(100, purpose="desk")
    assert refused.status_code == 401
    assert not Upload.objects.exists()


def test_each_purpose_has_its_place() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    moderator = cast.person("moderator")
    below = Sender(client_of(moderator), OFFICE.ticket_url("upload_add", cast.ticket))
    desk = Sender(client_of(moderator), ADD)
    assert desk.begin(100, purpose="desk").status_code == below.begin(100, purpose="message").status_code == 201
    assert desk.begin(100, purpose="message").status_code == below.begin(100, purpose="desk").status_code == 404


def test_files_stay_in_the_order_in_which_they_were_chosen(manager: Person, anna: Person, category: Category) -> None:
    late, early = sent_by(manager, "b.pdf"), sent_by(manager, "a.pdf")
    data = filled(category, anna, uploads=[early, late], files=[text("c.txt"), text("a.txt")])
    client_of(manager).post(FORM, data)
    assert names_of(Ticket.objects.get()) == ["a.pdf", "b.pdf", "c.txt", "a.txt"]


def test_a_double_click_attaches_once(manager: Person, anna: Person, category: Category) -> None:
    data, client = filled(category, anna, uploads=[sent_by(manager)]), client_of(manager)
    assert client.post(FORM, data)["Location"] == client.post(FORM, data)["Location"]
    assert Attachment.objects.count() == 1
    assert names_of(Ticket.objects.get()) == ["bill.pdf"]


def test_what_was_sent_cannot_be_sent_again(manager: Person, anna: Person, category: Category) -> None:
    file, client = sent_by(manager), client_of(manager)
    client.post(FORM, filled(category, anna, uploads=[file]))
    again = client.post(FORM, filled(category, anna, uploads=[file]))
    assert again.status_code == 400
    assert "A file is no longer there. Please add it again." in page_of(again)
    assert Ticket.objects.count() == 1
    # A tab that remembers it learns that it is used up.
    assert client.get(f"{ADD}{file}/").status_code == 410
    assert client.delete(f"{ADD}{file}/", HTTP_TUS_RESUMABLE="1.0.0").status_code == 404


def test_another_persons_upload_is_refused_clearly(manager: Person, anna: Person, category: Category) -> None:
    file = sent_by(anna, "private.pdf")
    client = client_of(manager)
    refused = client.post(FORM, filled(category, anna, uploads=[file]))
    assert refused.status_code == 400
    assert "A file is no longer there. Please add it again." in page_of(refused)
    assert "private.pdf" not in page_of(refused)
    client.post(FORM, {**filled(category, anna), "remove": file})
    sender = Sender(client, ADD)
    assert {sender.head(f"{ADD}{file}/").status_code, sender.delete(f"{ADD}{file}/").status_code} == {404}
    assert Attachment.objects.get().answer is None


def test_the_sweep_takes_what_was_never_saved(manager: Person, django_capture_on_commit_callbacks: Any) -> None:
    sent_by(manager)
    Sender(client_of(manager), ADD).begin(100, purpose="desk")
    Upload.objects.update(changed_at=clock.now() - timedelta(days=1, hours=1))
    Attachment.objects.update(created_at=clock.now() - timedelta(days=1, hours=1))
    remove_unattached_uploads()
    remove_idle_uploads()
    assert (Attachment.objects.count(), Upload.objects.count()) == (1, 2)  # The whole next day they are still there.
    old = clock.now() - timedelta(hours=36, minutes=1)
    Attachment.objects.update(created_at=old)
    Upload.objects.update(changed_at=old)
    with django_capture_on_commit_callbacks(execute=True):
        remove_unattached_uploads()
        remove_idle_uploads()
    assert not Attachment.objects.exists()
    assert not Upload.objects.exists()


def test_a_bad_file_takes_no_other_with_it(manager: Person, anna: Person, category: Category) -> None:
    client = client_of(manager)
    files = [text("a.txt"), text("empty.txt", b""), SimpleUploadedFile("evil.svg", samples.SVG), text("b.txt")]
    refused = client.post(FORM, filled(category, anna, files=files))
    page = page_of(refused)
    assert refused.status_code == 400
    empty, evil = refused.context["page"].form.errors["files"]
    assert empty == "“empty.txt” is empty."
    assert evil.startswith("“evil.svg” looks like a web page.")
    kept = refused.context["page"].kept
    assert [file.name for file in kept] == ["a.txt", "b.txt"]
    assert all(f'value="{file.pk}"' in page for file in kept)
    # A tab that remembers them asks for them later.
    assert client.get(f"{ADD}{kept[0].pk}/").json()["name"] == "a.txt"
    assert client_of(anna).get(f"{ADD}{kept[0].pk}/").status_code == 404
    client.post(FORM, filled(category, anna, uploads=[file.pk for file in kept]))
    assert names_of(Ticket.objects.get()) == ["a.txt", "b.txt"]


def test_more_than_ten_are_named_and_the_first_ten_stay(manager: Person, category: Category) -> None:
    files = [text(f"{number}.txt") for number in range(11)]
    refused = client_of(manager).post(FORM, {"files": files})
    page = refused.context["page"]
    assert [file.name for file in page.kept] == [f"{number}.txt" for number in range(10)]
    assert page.form.errors["files"] == ["“10.txt” was not added. At most 10 files can be added."]


def test_one_is_taken_away_without_a_script_and_the_rest_is_as_it_was(manager: Person, category: Category) -> None:
    client = client_of(manager)
    first, second = sent_by(manager, "a.pdf"), sent_by(manager, "b.pdf")
    sent = {"subject": "Badge", "uploads": [first, second], "remove": first, "files": [text("c.txt")]}
    shown = client.post(FORM, sent)
    assert shown.status_code == 200
    assert 'value="Badge"' in page_of(shown)
    assert not shown.context["page"].form.errors
    assert [file.name for file in shown.context["page"].kept] == ["b.pdf", "c.txt"]
    assert not Attachment.objects.filter(name="a.pdf").exists()
    assert client.post(FORM, {**sent, "files": [], "remove": "nonsense"}).status_code == 200


def test_uploads_are_there_again_after_a_lost_session(manager: Person, anna: Person, category: Category) -> None:
    late, early = sent_by(manager, "b.pdf"), sent_by(manager, "a.pdf")
    theirs = sent_by(anna, "private.pdf")
    client = Client()
    data = filled(category, anna, uploads=[early, theirs, late], writer=manager.pk)
    assert client.post(FORM, data, headers=OWN).status_code == 403
    client.force_login(manager)
    assert [file.name for file in client.get(FORM).context["page"].kept] == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_sign_in_page_says_which_files_have_to_be_chosen_again(language: str) -> None:
    sentence = {
        "en": "They were not saved. Please choose them again.",
        "de": "Sie wurden nicht gespeichert. Bitte wählen Sie sie noch einmal aus.",
        "fr": "Ils n’ont pas été enregistrés. Veuillez les choisir de nouveau.",
    }[language]
    signed_out = Client().post(FORM, {"files": [text("bill.txt")]}, headers={**OWN, "Accept-Language": language})
    assert signed_out.status_code == 403
    assert sentence in page_of(signed_out)
    assert "bill.txt" in page_of(signed_out)
    assert not Attachment.objects.exists()


def test_a_form_without_its_token_says_it_too(manager: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    forged = client.post(FORM, {"subject": "Badge", "files": [text("bill.txt")]}, headers=OWN)
    assert forged.status_code == 403
    assert "Please choose them again." in page_of(forged)
    assert "bill.txt" in page_of(forged)


def test_what_somebody_else_wrote_is_not_saved_by_who_signed_in_meanwhile(
    manager: Person, anna: Person, category: Category
) -> None:
    other = ManagerFactory(customer=manager.customer)
    refused = client_of(other).post(FORM, filled(category, anna, writer=manager.pk))
    assert refused.status_code == 403
    assert "Somebody else wrote this" in page_of(refused)
    assert not Ticket.objects.exists()
    assert client_of(manager).post(FORM, filled(category, anna, writer=manager.pk)).status_code == 303


def test_an_upload_below_a_ticket_is_not_found_below_the_form() -> None:
    cast = make_cast()
    moderator = Sender(client_of(cast.person("moderator")), OFFICE.ticket_url("upload_add", cast.ticket))
    file = moderator.begin(100)["Location"].rstrip("/").rpartition("/")[2]
    assert moderator.head(f"{ADD}{file}/").status_code == 404
    whole = moderator.upload(samples.PDF, "bill.pdf")["id"]
    assert moderator.client.get(f"{ADD}{whole}/").status_code == 404


# Editing -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ticket(manager: Person, anna: Person, category: Category) -> Ticket:
    client_of(manager).post(FORM, filled(category, anna, files=[text("first.txt")]))
    return Ticket.objects.get()


def edit_url(ticket: Ticket) -> str:
    return OFFICE.ticket_url("ticket_edit", ticket)


def edited(ticket: Ticket, **more: Any) -> dict[str, Any]:
    ticket.refresh_from_db()
    assert ticket.category is not None
    return {
        "version": ticket.sequence,
        "client_key": uuid.uuid4(),
        "category": ticket.category.pk,
        "subject": ticket.subject,
        "person": ticket.person_id,
        "person_text": str(ticket.person),
        "stage": "new",
        "stage_before": "new",
        **more,
    }


def sent_below(ticket: Ticket, person: Person, name: str = "bill.pdf") -> str:
    sender = Sender(client_of(person), OFFICE.ticket_url("upload_add", ticket))
    return str(sender.upload(samples.PDF, name, purpose="edit")["id"])


def test_files_are_added_to_a_ticket_once_and_the_journal_knows_of_them(manager: Person, ticket: Ticket) -> None:
    client = client_of(manager)
    data = edited(ticket, uploads=[sent_below(ticket, manager)])

    for _click in range(2):
        # Of a form without a script, which sends a file with each click.
        assert client.post(edit_url(ticket), {**data, "files": [text("note.txt")]}).status_code == 303

    assert names_of(ticket) == ["first.txt", "bill.pdf", "note.txt"]
    assert list(JournalEntry.objects.filter(kind="files_added").values_list("person", flat=True)) == [manager.pk]
    ticket.refresh_from_db()
    assert list(verify_ticket(ticket)) == []
    page = page_of(client.get(ticket.get_absolute_url()))
    assert "Photos and files, added later" in page
    assert "Added files." in page_of(client.get(ticket.get_absolute_url() + "?tab=history"))
    assert "first.txt" in page_of(client.get(edit_url(ticket)))
    found = client.get(reverse("office:ticket_list"), {"q": "bill.pdf"})
    assert ticket.subject in page_of(found)


def test_other_files_with_the_key_of_a_saved_form_are_kept_for_the_next_save(manager: Person, ticket: Ticket) -> None:
    """As after going back in the browser."""
    client = client_of(manager)
    data = edited(ticket, uploads=[sent_below(ticket, manager)], files=[text("note.txt")])
    assert client.post(edit_url(ticket), data).status_code == 303

    more = [*data["uploads"], sent_below(ticket, manager, "second.pdf")]
    others = {"uploads": more, "files": []}, {"files": [text("third.txt", b"43 EUR")]}

    for changed, name in zip(others, ("second.pdf", "third.txt"), strict=True):
        answer = client.post(edit_url(ticket), {**data, **changed})
        page = answer.context["page"]
        assert answer.status_code == 400
        assert "This form was saved before, with something else in it." in page_of(answer)
        assert [file.name for file in page.kept] == [name]
        key = page.form["client_key"].value()
        again = edited(ticket, client_key=key, uploads=[file.pk for file in page.kept])
        assert client.post(edit_url(ticket), again).status_code == 303
    assert names_of(ticket) == ["first.txt", "bill.pdf", "note.txt", "second.pdf", "third.txt"]


def test_a_file_that_was_exchanged_later_is_found_by_the_check(manager: Person, ticket: Ticket) -> None:
    client_of(manager).post(edit_url(ticket), edited(ticket, files=[text("note.txt")]))
    Attachment.objects.filter(name="note.txt").update(digest="0" * 64)
    ticket.refresh_from_db()
    assert [fault.problem for fault in verify_ticket(ticket)] == ["The answers are not those that were sent."]


def test_who_may_not_edit_adds_nothing(manager: Person, anna: Person, ticket: Ticket) -> None:
    mine = sent_below(ticket, manager)
    colleague = ManagerFactory(customer=manager.customer)
    for person in (anna, colleague):
        sender = Sender(client_of(person), OFFICE.ticket_url("upload_add", ticket))
        assert sender.begin(100, purpose="edit").status_code == 403
        assert client_of(person).post(edit_url(ticket), edited(ticket, uploads=[mine])).status_code == 403
    member = client_of(ModeratorFactory()).post(edit_url(ticket), edited(ticket, uploads=[mine]))
    assert "A file is no longer there. Please add it again." in page_of(member)
    assert names_of(ticket) == ["first.txt"]


def test_a_refused_edit_and_one_that_meets_another_keep_their_files(manager: Person, ticket: Ticket) -> None:
    client = client_of(manager)
    data = edited(ticket, subject="", files=[text("a.txt"), text("empty.txt", b"")])
    refused = client.post(edit_url(ticket), data)
    page = refused.context["page"]
    assert refused.status_code == 400
    assert page.form.errors["files"] == ["“empty.txt” is empty."]
    kept = [str(file.pk) for file in page.kept]

    values = {"subject": "Hers"}
    actor = KnownActor(person=ModeratorFactory())
    edit_fields(actor=actor, ticket_id=ticket.pk, version=ticket.sequence, values=values)
    conflict = client.post(edit_url(ticket), {**data, "subject": "Mine", "files": [text("b.txt")], "uploads": kept})
    assert conflict.status_code == 409
    assert [file.name for file in conflict.context["page"].kept] == ["a.txt", "b.txt"]
    assert names_of(ticket) == ["first.txt"]

    first, second = (str(file.pk) for file in conflict.context["page"].kept)
    shown = client.post(edit_url(ticket), {**data, "files": [], "uploads": [first, second], "remove": first})
    assert shown.status_code == 200
    assert [file.name for file in shown.context["page"].kept] == ["b.txt"]
    client.post(edit_url(ticket), edited(ticket, uploads=[second]))
    assert names_of(ticket) == ["first.txt", "b.txt"]


def test_a_ticket_of_a_flow_takes_no_files_here() -> None:
    ticket = TicketFactory(status=TicketStatus.OPEN)
    moderator = ModeratorFactory()
    assert 'type="file"' not in page_of(client_of(moderator).get(edit_url(ticket)))
    file = sent_below(ticket, moderator)
    with pytest.raises(NotAllowed):
        add_files(
            actor=KnownActor(person=moderator),
            ticket_id=ticket.pk,
            client_key=uuid.uuid4(),
            upload_ids=[uuid.UUID(file)],
        )
    assert Attachment.objects.get().answer is None


def test_the_form_of_a_ticket_costs_the_same_for_any_number_of_files(manager: Person, ticket: Ticket) -> None:
    client, counts = client_of(manager), []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(edit_url(ticket))
        counts.append(len(queries))
        client.post(edit_url(ticket), edited(ticket, files=[text("a.txt"), text("b.txt"), text("c.txt")]))
    assert counts[0] == counts[1]
