"""The search for comments in the administration: folded by the database, as all others are."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.models import Device
from ratings.models import Rating
from tests.cast import client_of
from tests.factories import AdministratorFactory, DeviceFactory, RatingFactory, TicketFactory
from ticketing.models import Ticket
from ticketing.services.search import refill_all

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
migration = import_module("ratings.migrations.0004_fill_search")


def found(words: str) -> list[Rating]:
    page = client_of(AdministratorFactory()).get(reverse("admin:ratings_rating_changelist"), {"q": words})
    return list(page.context["cl"].result_list)


def test_comments_are_found_in_any_typography() -> None:
    rating = RatingFactory(comment="L\u2019arr\u00eat d\u2019urgence, schnell gel\u00f6st \u2013 Teil 4711.0815")
    RatingFactory(comment="Alles gut")

    for words in ("l'arret", "geloest SCHNELL", "Teil 47110815", str(rating.ticket.number)):
        assert found(words) == [rating], words
    assert found("nichts") == []


def test_a_number_is_that_of_a_ticket_and_of_a_part() -> None:
    ticket = TicketFactory(number=47_110_815)
    ratings = [RatingFactory(ticket=ticket, comment="Alles gut"), RatingFactory(comment="Teil 4711.0815 passt nicht")]

    assert sorted(rating.pk for rating in found("47110815")) == sorted(rating.pk for rating in ratings)
    # Few digits stand inside of most texts.
    assert found("471") == []


def test_a_changed_comment_is_found() -> None:
    rating = RatingFactory(comment="Alles gut")
    rating.comment = "Doch schlecht"
    rating.save()

    assert (found("doch"), found("alles")) == ([rating], [])


def test_the_search_reads_no_comments_of_others() -> None:
    administrator = client_of(AdministratorFactory())
    RatingFactory.create_batch(3, comment="Alles gut")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        administrator.get(reverse("admin:ratings_rating_changelist"), {"q": "schlecht"})

    about = [query["sql"] for query in queries if '"ratings_rating"."comment"' in query["sql"]]
    assert about
    assert all(" LIKE " in sql.upper() for sql in about)


def test_what_was_there_before_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 2)
    ratings = [RatingFactory(comment=comment) for comment in ("Gr\u00fc\u00dfe", "", "gut \u2011 sehr", "A/C")]
    filled = [rating.search for rating in ratings]
    device = DeviceFactory(serial_number="4711.0815", name="Kran")
    ticket = TicketFactory(device=device, subject="Teil 12.34.5678")
    list(refill_all(Ticket.objects.all()))
    Rating.objects.update(search="")
    Device.objects.update(search_public="kran 4711.0815")
    Ticket.objects.filter(pk=ticket.pk).update(search_public="1001 teil 12.34.5678")

    for _time in range(2):
        migration.fill_comments(apps, None)
        migration.refold_all(apps, None)

    assert [Rating.objects.get(pk=rating.pk).search for rating in ratings] == filled
    assert "47110815" in Device.objects.get(pk=device.pk).search_public
    assert "12345678" in Ticket.objects.get(pk=ticket.pk).search_public
