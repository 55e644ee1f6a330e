"""The administration: who may enter, every level of it, and how it speaks of what is not complete."""

import queue
import threading
from io import BytesIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from config.common.pictures import ONE_AT_A_TIME
from fleet.actors import KnownActor
from fleet.models import Customer, CustomerTeam, Device, Group, MetaTeam, Organisation, Person, Team, Template
from fleet.pictures import prepared_picture
from fleet.selectors import find_devices
from tests.cast import client_of
from tests.factories import (
    AdministratorFactory,
    ChoiceFactory,
    CodeFactory,
    CustomerFactory,
    CustomerTeamFactory,
    DeliveryFactory,
    DeviceFactory,
    GroupFactory,
    ManagerFactory,
    MemberFactory,
    MetaTeamFactory,
    ModeratorFactory,
    RatingFactory,
    SubscriberFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
)
from tests.messenger.attachments import data
from ticketing.models import Category, Choice, CreationFlow, Question, Step

pytestmark = pytest.mark.django_db

WITHOUT_ADD = {"code", "delivery", "ticket", "journalentry", "rating", "roledefault"}


@pytest.fixture
def administrator() -> Person:
    return AdministratorFactory(first_name="Ada", last_name="Lang")


@pytest.fixture
def signed_in(administrator: Person) -> Client:
    """A browser in which an administrator is signed in."""
    return client_of(administrator)


def url(model: Any, what: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def names(field: str, english: str, german: str = "", french: str = "") -> dict[str, str]:
    return {f"{field}_en": english, f"{field}_de": german, f"{field}_fr": french}


def add(signed_in: Client, model: Any, **fields: Any) -> Any:
    """Fill in the page of something new and save; returns what was made."""
    before = set(model.objects.values_list("pk", flat=True))
    response = signed_in.post(url(model, "add"), fields)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return model.objects.exclude(pk__in=before).get()


def a_bit_of_everything() -> None:
    team = TeamFactory(members=[MemberFactory()])
    customer = CustomerFactory()
    CustomerTeamFactory(customer=customer, team=team)
    SubscriberFactory(customer=customer)
    template = TemplateFactory()
    choice = ChoiceFactory()
    flow = choice.question.step.flow
    GroupFactory(template=flow.template, employees=[MemberFactory()], teams=[team], meta_teams=[team.meta_team])
    device = DeviceFactory(template=template, customer=customer)
    CodeFactory(device=device)
    Category.objects.create(name="Below", parent=flow.category)
    RatingFactory(ticket=TicketFactory(device=device, flow=flow))
    DeliveryFactory()


def registered() -> list[Any]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.mark.parametrize("factory", [MemberFactory, ModeratorFactory, ManagerFactory, SubscriberFactory])
def test_only_administrators_enter(factory: Any, signed_in: Client) -> None:
    refused = client_of(factory())

    for address in (reverse("admin:index"), url(Person, "changelist"), url(Template, "add")):
        assert signed_in.get(address).status_code == 200
        assert refused.get(address, follow=True).status_code == 403
        assert refused.post(address, {"name_en": "Crane"}, follow=True).status_code == 403
    assert not Template.objects.exists()


def test_strangers_are_sent_to_the_sign_in_page() -> None:
    response = Client().get(url(Person, "changelist"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_only_what_we_use_is_registered() -> None:
    assert {model._meta.app_label for model in registered()} == {"fleet", "messenger", "ticketing", "ratings"}


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_page_of_every_level_opens(signed_in: Client, language: str) -> None:
    a_bit_of_everything()
    signed_in.cookies["django_language"] = language

    for model in registered():
        assert signed_in.get(url(model, "changelist")).status_code == 200
        opened = model.objects.exclude(role="code_user") if model is Person else model.objects
        for obj in opened.all()[:1]:
            assert signed_in.get(url(model, "change", obj.pk)).status_code == 200
        assert signed_in.get(url(model, "add")).status_code == (403 if model._meta.model_name in WITHOUT_ADD else 200)


def queries_of(signed_in: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert signed_in.get(address).status_code == 200
    return len(captured)


def test_lists_cost_the_same_for_one_row_and_for_many(signed_in: Client) -> None:
    a_bit_of_everything()
    first = {model: queries_of(signed_in, url(model, "changelist")) for model in registered()}

    for _ in range(3):
        a_bit_of_everything()

    later = {model: queries_of(signed_in, url(model, "changelist")) for model in registered()}
    assert {model: count for model, count in later.items() if count > first[model]} == {}


def test_pages_cost_the_same_for_one_child_and_for_many(signed_in: Client) -> None:
    choice = ChoiceFactory()
    step, flow = choice.question.step, choice.question.step.flow
    team = TeamFactory(members=[MemberFactory()])
    GroupFactory(template=flow.template, teams=[team], meta_teams=[team.meta_team])
    device = DeviceFactory(template=flow.template)
    CodeFactory(device=device)
    parents = [flow.template, flow, step, choice.question, team.meta_team, device, device.customer]
    first = [queries_of(signed_in, url(type(parent), "change", parent.pk)) for parent in parents]
    for _ in range(3):
        CodeFactory(device=device)
        DeviceFactory(template=flow.template, customer=device.customer)
        TeamFactory(meta_team=team.meta_team, members=[MemberFactory()])
        GroupFactory(template=flow.template, teams=[team], meta_teams=[team.meta_team])
        more = ChoiceFactory(question__step__flow=flow).question
        Question.objects.filter(pk=more.pk).update(step=step)
        ChoiceFactory(question=choice.question)

    later = [queries_of(signed_in, url(type(parent), "change", parent.pk)) for parent in parents]
    assert [f"{type(p).__name__}: {a} to {b}" for p, a, b in zip(parents, first, later, strict=True) if b > a] == []


def test_a_whole_template_is_made_page_by_page(signed_in: Client, administrator: Person) -> None:
    member = MemberFactory()
    names_of_template = names("name", "Crane", "Kran", "Grue") | names("description", "")
    template = add(
        signed_in, Template, **names_of_template, kind="machine", ratings_enabled="on", portal_scope="device"
    )
    names_of_group = names("name", "Service", "Service", "Service")
    group = add(signed_in, Group, **names_of_group, template=template.pk, position="0", employees=[member.pk])
    texts_of_flow = {
        **names("name", "Problem report", "Problembericht", "Signalement"),
        **names("button_label", "Report a problem", "Problem melden", "Signaler un problème"),
        **names("description", ""),
    }
    behaviour = {"icon": "wrench", "position": "1", "open_to_code_users": "on", "is_active": "on"}
    flow = add(signed_in, CreationFlow, **texts_of_flow, **behaviour, template=template.pk, responsible_group=group.pk)
    texts_of_step = names("title", "What happened?", "Was ist passiert?", "Que se passe-t-il ?") | names(
        "help_text", ""
    )
    step = add(signed_in, Step, **texts_of_step, flow=flow.pk, position="1")
    texts_of_question = names("text", "Does it move?", "Fährt er?", "Bouge-t-elle ?") | names("help_text", "")
    question = add(signed_in, Question, **texts_of_question, step=step.pk, kind="single_choice", position="1")
    add(signed_in, Choice, **names("label", "Yes", "Ja", "Oui"), question=question.pk, position="1")

    assert list(Choice.objects.filter(question__step__flow__template=template).values_list("label_de", flat=True)) == [
        "Ja"
    ]
    assert list(group.employees.all()) == [member]
    for made in (template, flow, step, question):
        assert 'class="admin-warnings"' not in signed_in.get(url(type(made), "change", made.pk)).content.decode()
    assert LogEntry.objects.filter(user=administrator).count() == 6


def test_pages_lead_down_and_up(signed_in: Client) -> None:
    choice = ChoiceFactory()
    step = choice.question.step

    content = signed_in.get(url(Step, "change", step.pk)).content.decode()
    assert url(CreationFlow, "change", step.flow.pk) in content
    assert url(Question, "change", choice.question.pk) in content
    assert f"{url(Question, 'add')}?step={step.pk}" in content

    empty = signed_in.get(f"{url(Question, 'add')}?step={step.pk}")
    assert empty.context["adminform"].form.initial["step"] == str(step.pk)
    assert url(Step, "change", step.pk) in empty.content.decode()


def test_saving_leads_down_to_what_is_filled_next_and_up_when_done(signed_in: Client) -> None:
    template = TemplateFactory()
    form = {
        "template": template.pk,
        **names("name", "Report"),
        **names("button_label", "Report it"),
        "icon": "wrench",
        "position": "1",
    }

    added = signed_in.post(url(CreationFlow, "add"), form)
    flow = CreationFlow.objects.get()
    changed = signed_in.post(url(CreationFlow, "change", flow.pk), form)
    deleted = signed_in.post(url(CreationFlow, "delete", flow.pk), {"post": "yes"})

    assert added["Location"] == url(CreationFlow, "change", flow.pk)
    assert changed["Location"] == url(Template, "change", template.pk)
    assert deleted["Location"] == url(Template, "change", template.pk)


def test_english_is_required(signed_in: Client) -> None:
    form = {**names("name", "", "Kran"), "kind": "machine", "portal_scope": "device"}

    refused = signed_in.post(url(Template, "add"), form)

    assert "name_en" in refused.context["adminform"].form.errors


def test_missing_languages_are_named(signed_in: Client) -> None:
    template = TemplateFactory(name_en="Crane", name_de="Kran")

    assert "Missing: French" in signed_in.get(url(Template, "changelist")).content.decode()
    assert "Texts are missing in: French." in signed_in.get(url(Template, "change", template.pk)).content.decode()

    template.name_fr = "Grue"
    template.save()
    assert "Missing" not in signed_in.get(url(Template, "changelist")).content.decode()


def test_devices_are_found_by_what_administrators_write(signed_in: Client) -> None:
    template, customer = TemplateFactory(name_en="Crane"), CustomerFactory(name="Miller")
    form = {"name": "Käfer", "template": template.pk, "customer": customer.pk, "serial_number": "KX-19"}

    device = add(signed_in, Device, **form)

    for words in ("kaefer", "KX19", "crane", "miller"):
        assert found_by(words) == [device], words
    signed_in.post(url(Device, "change", device.pk), {**form, "name": "Falke"})
    assert (found_by("kaefer"), found_by("falke")) == ([], [device])
    renamed = {**names("name", "Lift", "Kran"), "kind": "machine", "portal_scope": "device"}
    assert signed_in.post(url(Template, "change", template.pk), renamed).status_code == 302
    assert (found_by("crane"), found_by("lift"), found_by("kran")) == ([], [device], [device])
    inline = {"team_mappings-TOTAL_FORMS": "0", "team_mappings-INITIAL_FORMS": "0"}
    renamed = {"name": "Smith", "kind": "corporate", **inline}
    assert signed_in.post(url(Customer, "change", customer.pk), renamed).status_code == 302
    assert (found_by("miller"), found_by("smith")) == ([], [device])


def found_by(words: str) -> list[Device]:
    return list(find_devices(Device.objects.all(), words, KnownActor(person=MemberFactory())))


def test_two_teams_of_one_name_in_a_meta_team_are_refused(signed_in: Client) -> None:
    team = TeamFactory(name_en="North")

    response = signed_in.post(url(Team, "add"), {"meta_team": team.meta_team.pk, **names("name", "North")})

    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert Team.objects.count() == 1


def test_a_customer_has_at_most_one_team_of_a_meta_team(signed_in: Client) -> None:
    mapping = CustomerTeamFactory()
    other = TeamFactory(meta_team=mapping.meta_team)
    stranger = TeamFactory()

    def save(team: Team) -> Any:
        rows = {"team_mappings-TOTAL_FORMS": "2", "team_mappings-INITIAL_FORMS": "1",
                "team_mappings-0-id": mapping.pk, "team_mappings-0-customer": mapping.customer.pk,
                "team_mappings-0-meta_team": mapping.meta_team.pk, "team_mappings-0-team": mapping.team.pk,
                "team_mappings-1-customer": mapping.customer.pk, "team_mappings-1-meta_team": mapping.meta_team.pk,
                "team_mappings-1-team": team.pk}  # fmt: skip
        return signed_in.post(
            url(Customer, "change", mapping.customer.pk), {"name": "Meier", "kind": "corporate", **rows}
        )

    assert save(other).status_code == 200
    assert "The team must belong to the meta team." in save(stranger).content.decode()
    assert CustomerTeam.objects.count() == 1


def test_the_default_team_is_one_of_the_meta_teams_own(signed_in: Client) -> None:
    team, stranger = TeamFactory(), TeamFactory()
    address = url(MetaTeam, "change", team.meta_team.pk)

    assert signed_in.post(address, {**names("name", "Technicians"), "default_team": stranger.pk}).status_code == 200
    assert signed_in.post(address, {**names("name", "Technicians"), "default_team": team.pk}).status_code == 302
    assert MetaTeam.objects.get(pk=team.meta_team.pk).default_team == team


def test_meta_teams_without_people_are_marked(signed_in: Client) -> None:
    lonely, team = MetaTeamFactory(name_en="Lonely"), TeamFactory(name_en="North")

    without_team, with_team = (
        signed_in.get(url(MetaTeam, "change", meta_team.pk)).content.decode() for meta_team in (lonely, team.meta_team)
    )

    assert "leads to no one" in without_team
    assert "There is no default team" in with_team
    assert "The team North has no active members." in with_team


def test_a_group_without_people_is_marked(signed_in: Client) -> None:
    team = TeamFactory()
    address = url(Group, "change", GroupFactory(meta_teams=[team.meta_team]).pk)

    assert "This group leads to no one" in signed_in.get(address).content.decode()

    team.members.add(MemberFactory())
    assert "This group leads to no one" not in signed_in.get(address).content.decode()


def test_a_template_without_group_and_flow_is_marked(signed_in: Client) -> None:
    template = TemplateFactory()

    content = signed_in.get(url(Template, "change", template.pk)).content.decode()

    assert "This template has no group" in content
    assert "no active creation flow" in content


def picture(kind: str = "PNG", size: tuple[int, int] = (3000, 10)) -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", size, "navy").save(drawn, kind)
    return SimpleUploadedFile("machine.png", drawn.getvalue(), content_type="image/png")


def test_pictures_of_devices_are_made_small_and_checked(signed_in: Client) -> None:
    template = TemplateFactory()

    device = add(signed_in, Device, template=template.pk, name="Crane 1", picture=picture())

    with device.picture.open() as file, Image.open(file) as stored:
        assert (stored.format, stored.width) == ("JPEG", 1600)
    assert "machine" not in device.picture.name
    for bad in (SimpleUploadedFile("a.png", b"<svg onload=alert(1)>"), picture("PDF"), picture("PNG", (8000, 6000))):
        response = signed_in.post(url(Device, "add"), {"template": template.pk, "name": "Crane 2", "picture": bad})
        assert "picture" in response.context["adminform"].form.errors
    assert Device.objects.count() == 1


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "AVIF", "WEBP"])
def test_picture_of_a_device_may_be_of_every_kind_that_messages_take(kind: str) -> None:
    with Image.open(prepared_picture(picture(kind)).open()) as stored:
        assert (stored.format, stored.width) == ("JPEG", 1600)


def test_picture_of_a_device_comes_from_every_phone() -> None:
    red_lamp = SimpleUploadedFile("a.heic", data("red_lamp_display_p3.heic"))
    with Image.open(prepared_picture(red_lamp).open()) as stored:
        assert stored.format == "JPEG"
        assert stored.resize((1, 1)).tobytes()[0] > 250
        assert max(stored.resize((1, 1)).tobytes()[1:]) < 5
    # 48 megapixels cost no more than 12 where a fraction can be decoded.
    assert prepared_picture(picture("JPEG", (8000, 6000))).size


@pytest.mark.parametrize("model", [Device, Template, Customer, Organisation])
def test_the_file_of_a_picture_goes_with_it_once_that_is_certain(
    signed_in: Client, django_capture_on_commit_callbacks: Any, model: Any
) -> None:
    needed = {"name": "Crane 1", **names("name", "Crane"), "template": TemplateFactory().pk, "is_active": "on"}
    needed |= {"kind": "machine" if model is Template else "corporate", "portal_scope": "device"}
    needed |= {"team_mappings-TOTAL_FORMS": 0, "team_mappings-INITIAL_FORMS": 0}
    field = "picture" if model in (Device, Template) else "logo"
    Organisation.objects.all().delete()
    row = add(signed_in, model, **needed, **{field: picture()})

    def save(**more: Any) -> str:
        response = signed_in.post(url(model, "change", row.pk), {**needed, **more})
        assert response.status_code == 302, response.context["adminform"].form.errors
        row.refresh_from_db()
        return str(getattr(row, field).name)

    first = getattr(row, field).name
    with django_capture_on_commit_callbacks(execute=True):
        assert save() == first
    assert default_storage.exists(first)
    with django_capture_on_commit_callbacks() as callbacks:
        second = save(**{field: picture()})
    assert default_storage.exists(first)
    for callback in callbacks:
        callback()
    assert not default_storage.exists(first)
    assert default_storage.exists(second)
    with django_capture_on_commit_callbacks(execute=True):
        assert save(**{f"{field}-clear": "on"}) == ""
    assert not default_storage.exists(second)
    third = save(**{field: picture()})
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(url(model, "delete", row.pk), {"post": "yes"})
    assert not model.objects.filter(pk=row.pk).exists()
    assert not default_storage.exists(third)


def test_picture_of_a_device_waits_for_the_one_that_is_decoded() -> None:
    taken = queue.SimpleQueue[int]()
    thread = threading.Thread(target=lambda: taken.put(prepared_picture(picture()).size))

    with ONE_AT_A_TIME:
        thread.start()
        with pytest.raises(queue.Empty):
            taken.get(timeout=0.3)

    assert taken.get(timeout=10) > 0
    thread.join()


def test_what_is_in_use_is_not_deleted_but_named(signed_in: Client) -> None:
    ticket = TicketFactory()
    for _ in range(15):
        TicketFactory(device=ticket.device, flow=ticket.flow)

    for obj in (ticket.device, ticket.customer, ticket.flow, ticket.device.template):
        address = url(type(obj), "delete", obj.pk)
        question = signed_in.get(address)
        assert question.status_code == 200
        assert "protected related objects" in question.content.decode()
        assert (" more</li>" in question.content.decode()) == (type(obj) is not Template)
        assert signed_in.post(address, {"post": "yes"}).status_code == 200
        assert type(obj).objects.filter(pk=obj.pk).exists()


def test_there_is_no_deletion_in_bulk(signed_in: Client) -> None:
    device = DeviceFactory()

    signed_in.post(
        url(Device, "changelist"), {"action": "delete_selected", "_selected_action": [device.pk], "post": "yes"}
    )

    assert Device.objects.filter(pk=device.pk).exists()


def test_signing_out_and_passwords_are_the_products_own(signed_in: Client) -> None:
    assert signed_in.get(reverse("admin:logout"))["Location"] == reverse("account_logout")
    assert signed_in.get(reverse("admin:password_change"))["Location"] == reverse("account_change_password")
    assert signed_in.get(reverse("account_change_password")).status_code == 200
