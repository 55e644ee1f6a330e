"""What administrators change of an employee on the page of people reaches that employee's tickets."""

import pytest
from django.urls import reverse

from tests.cast import make_cast
from ticketing.models import TicketStatus

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stays", [True, False])
def test_deactivating_on_the_page_gives_away_the_work(stays: bool) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    person = cast.person("M")
    fields = {"email": person.email, "role": person.role, "language": person.language, "first_name": "Mara"}
    if stays:
        fields["is_active"] = "on"

    response = cast.client("Ad").post(reverse("admin:fleet_person_change", args=[person.pk]), fields)

    assert response.status_code == 302
    assert cast.ticket.assignments.filter(person=person, ended_at=None).exists() is stays
    person.refresh_from_db()
    assert (person.is_active, person.first_name) == (stays, "Mara")
