"""The field of a type-ahead: what counts as chosen, what is kept, and what it lists where no script runs."""

from typing import Any

import pytest
from crispy_forms.layout import Layout
from django import forms
from django.template import engines

from config.common import suggestions
from config.common.attempts import Limit
from config.common.forms import Helper
from config.common.suggest_field import SuggestField, SuggestForm
from fleet.actors import KnownActor
from fleet.models import Person
from tests.factories import CustomerFactory, MemberFactory, SubscriberFactory
from tests.limited import limited

pytestmark = pytest.mark.django_db


class ReportForm(SuggestForm):
    person = SuggestField(label="Person", source="person", required=False)
    subject = forms.CharField(label="Subject")

    helper = Helper(Layout("person", "subject"))


@pytest.fixture
def anna() -> Person:
    return SubscriberFactory(first_name="Anna", last_name="Berg", customer=CustomerFactory(name="Werk"))


def form(data: dict[str, Any] | None = None, person: Person | None = None, **options: Any) -> ReportForm:
    return ReportForm(data, actor=KnownActor(person=person or MemberFactory()), **options)


def drawn(form: ReportForm) -> str:
    return str(engines["jinja2"].from_string("{{ crispy(form) }}").render({"form": form}))


def test_a_chosen_suggestion_becomes_its_row(anna: Person) -> None:
    filled = form({"person": str(anna.pk), "person_text": "Anna Berg", "subject": "Leak"})

    assert filled.is_valid()
    assert filled.cleaned_data["person"] == anna


@pytest.mark.parametrize("text", ["ann", "Anna Berg", "Bob"])
def test_a_text_without_a_choice_is_an_error_that_keeps_the_text(anna: Person, text: str) -> None:
    filled = form({"person": "", "person_text": text, "subject": "Leak"})

    assert not filled.is_valid()
    assert list(filled.errors) == ["person"]
    assert f'value="{text}"' in drawn(filled)
    assert 'aria-invalid="true"' in drawn(filled)


def test_what_was_chosen_for_another_text_counts_no_more(anna: Person) -> None:
    assert not form({"person": str(anna.pk), "person_text": "Bob", "subject": "Leak"}).is_valid()
    assert form({"person": str(anna.pk), "person_text": "anna BERG", "subject": "Leak"}).is_valid()


def test_an_emptied_text_takes_the_choice_back(anna: Person) -> None:
    emptied = form({"person": str(anna.pk), "person_text": " ", "subject": "Leak"})

    assert emptied.is_valid()
    assert emptied.cleaned_data["person"] is None


@pytest.mark.parametrize("value", ["0", "x", "99999999999999999999", "-1"])
def test_an_id_that_no_page_offers_is_refused(anna: Person, value: str) -> None:
    assert not form({"person": value, "person_text": "Anna Berg", "subject": "Leak"}).is_valid()


def test_a_hidden_row_is_refused_like_one_that_does_not_exist(anna: Person) -> None:
    stranger, colleague = SubscriberFactory(), SubscriberFactory(customer=anna.customer)
    data = {"person": str(anna.pk), "person_text": "Anna Berg", "subject": "Leak"}

    refused, absent = form(data, stranger), form({**data, "person": "987654321"}, stranger)

    assert refused.errors == absent.errors
    assert form(data, colleague).is_valid()


def test_a_search_without_a_script_lists_choices_and_checks_nothing_else(anna: Person) -> None:
    searched = form({"person": "", "person_text": "ann", "subject": "", "suggest": "person"})

    html = drawn(searched)

    assert not searched.is_valid()
    assert not searched.errors
    assert f'type="radio" name="person" value="{anna.pk}"' in " ".join(html.split())
    assert 'name="person_listed" value="ann"' in html


def test_one_of_the_listed_choices_is_taken_for_its_search(anna: Person) -> None:
    data = {"person": str(anna.pk), "person_text": "ann", "person_listed": "ann", "subject": "Leak"}

    assert form(data).is_valid()
    assert not form({**data, "person_text": "Bob"}).is_valid()
    shown_again = drawn(form({**data, "subject": ""}))
    assert 'value="Anna Berg"' in shown_again
    assert 'type="radio"' not in shown_again


@pytest.mark.parametrize(("text", "said"), [("an", "at least three"), ("zzz", "No person found")])
def test_a_search_that_lists_nothing_says_why(anna: Person, text: str, said: str) -> None:
    assert said in drawn(form({"person_text": text, "suggest": "person"}))


def test_at_the_limit_a_form_keeps_what_was_typed(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "_LIMIT", Limit("suggest-field-test", tries=0, seconds=60))

    html = drawn(form({"person_text": "ann", "subject": "Leak", "suggest": "person"}))

    assert 'value="ann"' in html
    assert 'value="Leak"' in html
    assert 'type="radio"' not in html


def test_a_form_opens_with_what_its_address_names(anna: Person) -> None:
    html = drawn(form(initial={"person": anna}))

    assert 'value="Anna Berg"' in html
    assert f'value="{anna.pk}"' in html


@pytest.mark.any_database
def test_blanks_without_end_are_cut() -> None:
    with limited(seconds=1):
        sent = form({"person_text": f"ä{' ' * 300_000}ä", "person": "\n\u00a0" * 300_000, "subject": "x"})

        assert sent.is_valid() is False
