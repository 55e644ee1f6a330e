"""Without a mail server, e-mails lie in a folder, and the demo shows them as their readers would see them."""

import base64
import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from fleet import organisation
from fleet.models import Organisation
from messenger.carriers.folder import FolderBackend, kept_mails
from tests.cast import client_of
from tests.factories import AdministratorFactory, ModeratorFactory
from tests.messenger.samples import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MAIL_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = "messenger.carriers.folder.FolderBackend"
    return tmp_path / "mail"


def send(subject: str = "Größe", page: str = "<html><head></head><body><h1>Hello</h1></body></html>") -> str:
    """Returns the name under which it is shown."""
    message = EmailMultiAlternatives(subject, "Hello", "desk@example.com", ["rosa@example.com"])
    message.attach_alternative(page, "text/html")
    message.send()
    return kept_mails()[0].stem


def test_the_newest_mails_are_kept(settings: Settings, folder: Path) -> None:
    settings.MAIL_FILES = 3

    FolderBackend().send_messages([EmailMessage(f"Mail {number}", "Hello") for number in range(5)])

    assert all(b"Subject: Mail %d" % (4 - place) in path.read_bytes() for place, path in enumerate(kept_mails()))
    assert len(list(folder.iterdir())) == 3


def test_mails_are_listed_and_shown_with_text_and_headers() -> None:
    name = send()
    administrator = client_of(AdministratorFactory())

    listed = administrator.get("/demo/mails/")
    shown = administrator.get(f"/demo/mails/{name}/")

    assert "Größe" in listed.content.decode()
    assert "rosa@example.com" in listed.content.decode()
    assert f'href="/demo/mails/{name}/"' in listed.content.decode()
    assert f'src="/demo/mails/{name}/page/"' in shown.content.decode()
    assert "desk@example.com" in shown.content.decode()
    assert "frame-src 'self';" in shown.headers["Content-Security-Policy"] + ";"


def test_the_page_of_a_mail_can_do_nothing_and_shows_its_pictures(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    house = Organisation(pk=1, name="Werk")
    content = picture()
    house.logo.save("logo.jpg", ContentFile(content))
    organisation.forget_organisation()
    call_command("demo", tickets=1, stdout=io.StringIO())
    call_command("deliver", once=True, stdout=io.StringIO())
    name = kept_mails()[0].stem

    answer = Client().get(f"/demo/mails/{name}/page/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert f"data:image/jpeg;base64,{base64.b64encode(content).decode()}" in answer.content.decode()
    assert "cid:" not in answer.content.decode()


def test_only_made_up_mails_are_for_everybody(client: Client) -> None:
    name = send()
    pages = ("/demo/mails/", f"/demo/mails/{name}/", f"/demo/mails/{name}/page/")
    moderator, administrator = client_of(ModeratorFactory()), client_of(AdministratorFactory())

    for page in pages:
        answers = [each.get(page).status_code for each in (client, moderator, administrator)]
        assert answers == [404, 404, 200]
    call_command("demo", tickets=0, force=True, stdout=io.StringIO())
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    assert "/demo/mails/" in client.get("/").content.decode()


@pytest.mark.parametrize("name", ["20261128-000000-000000", "..%2Fsecret_key", "%2Fetc%2Fpasswd", "*"])
def test_no_other_file_is_shown(name: str, folder: Path) -> None:
    send()
    (folder.parent / "secret_key.eml").write_text("Subject: Secret\n\nSecret")
    administrator = client_of(AdministratorFactory())

    for page in (f"/demo/mails/{name}/", f"/demo/mails/{name}/page/"):
        assert administrator.get(page).status_code == 404


def test_a_house_that_has_sent_nothing_says_what_to_do() -> None:
    page = client_of(AdministratorFactory()).get("/demo/mails/").content.decode()

    assert "No e-mails yet" in page
