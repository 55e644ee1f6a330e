"""What administrators change of an employee on the page of people reaches that employee's tickets."""

import pytest
from django.urls import reverse

from tests.cast import client_of
from tests.factories import AdministratorFactory, AssignmentFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stays", [True, False])
def test_deactivating_on_the_page_gives_away_the_work(stays: bool) -> None:
    mara = MemberFactory()
    assignment = AssignmentFactory(person=mara)
    fields = {"email": mara.email, "role": mara.role, "language": mara.language, "first_name": "Mara"}
    if stays:
        fields["is_active"] = "on"

    page = reverse("admin:fleet_person_change", args=[mara.pk])
    response = client_of(AdministratorFactory()).post(page, fields)

    assert response.status_code == 302
    assignment.refresh_from_db()
    assert (assignment.ended_at is None) is stays
    mara.refresh_from_db()
    assert (mara.is_active, mara.first_name) == (stays, "Mara")
