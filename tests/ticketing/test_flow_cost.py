"""What a report costs in the database, from the scan to the page of the sent ticket."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from fleet.actors import KnownActor
from fleet.models import Device
from fleet.services import limits
from fleet.services.code_tokens import token_of
from tests.cast import client_of, open_for
from tests.factories import (
    ChoiceFactory,
    CodeFactory,
    FlowFactory,
    GroupFactory,
    MemberFactory,
    QuestionFactory,
    StepFactory,
    SubscriberFactory,
)
from tests.ticketing.portal_browser import make_device
from ticketing.models import CreationFlow, Question, QuestionKind, Step, Ticket

pytestmark = pytest.mark.django_db

STEPS = 3
# Statements, for a report with texts in a browser that runs our scripts. Session, actor and ticket are three of each.
MOST = {
    # Two of them count it.
    "scan": 4,
    "device": 6,
    "start": 16,
    **{f"answer {number}": 7 for number in range(1, STEPS + 1)},
    "send": 17,
    "ticket": 10,  # One asks for files that were not sent yet.
}
MOST_FROM_DEVICE_TO_CONFIRMATION = 60


class Report:
    """A browser that reports something, and the statements of each of its requests."""

    def __init__(self, device: Device, flow: CreationFlow, client: Client, namespace: str = "portal") -> None:
        self.device, self.flow, self.client, self.namespace = device, flow, client, namespace
        self.statements: dict[str, list[str]] = {}

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(self.costly(name)) for name in self.statements}

    def costly(self, name: str) -> list[str]:
        return [sql for sql in self.statements[name] if not sql.startswith(("SAVEPOINT", "RELEASE"))]

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(f"{self.namespace}:{name}", kwargs={"slug": self.device.slug, **kwargs})

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        self.statements[name] = [query["sql"] for query in captured]

    def get(self, name: str, url: str) -> Any:
        with self.measured(name):
            return self.client.get(url, headers={"accept-language": "en"})

    def post(self, name: str, url: str, data: dict[str, Any]) -> Any:
        with self.measured(name):
            answer = self.client.post(f"{url}?direct", data)
        assert answer.status_code == 200
        return answer

    def scan(self) -> None:
        code = self.device.codes.get()
        answer = self.get("scan", reverse("portal:scan", args=[token_of(code)]))
        assert self.get("device", answer.url).status_code == 200

    def send(self) -> Ticket:
        """Starts the flow, follows where it leads, and sends it."""
        key = uuid.uuid4()
        self.post("start", self.url("flow_start", flow_id=self.flow.pk), {"client_key": key})
        ticket = Ticket.objects.get(client_key=key)
        for number, step in enumerate(self.flow.steps.all(), 1):
            self.post(f"answer {number}", self.url("flow_step", ticket_id=ticket.pk, number=number), answers_of(step))
        contact = {"name": "Lena", "phone": "+49 30 1"}
        self.post("send", self.url("flow_send", ticket_id=ticket.pk), contact)
        assert self.get("ticket", self.url("ticket_detail", ticket_id=ticket.pk)).status_code == 200
        return ticket


def answers_of(step: Step) -> dict[str, str]:
    given = {f"q{question.pk}": _answer_to(question) for question in step.questions.all()}
    return {"action": "next", "step": str(step.pk), **given}


def _answer_to(question: Question) -> str:
    return str(question.choices.all()[0].pk) if question.has_choices else "It leaks."


def make_wide_flow(device: Device, questions: int, kind: QuestionKind = QuestionKind.TEXT) -> CreationFlow:
    """Three steps with so many questions each, and two employees who are asked."""
    group = GroupFactory(template=device.template, employees=[MemberFactory(), MemberFactory()])
    flow: CreationFlow = FlowFactory(template=device.template, responsible_group=group)
    for step in [StepFactory(flow=flow) for _number in range(STEPS)]:
        for question in [QuestionFactory(step=step, kind=kind) for _number in range(questions)]:
            if question.has_choices:
                ChoiceFactory(question=question)
    return flow


@pytest.fixture(autouse=True)
def one_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first act of an hour makes the rows that count."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    monkeypatch.setattr(limits, "this_hour", lambda: hour)


@pytest.fixture
def device() -> Device:
    device = make_device()
    CodeFactory(device=device)
    return device


def reported(device: Device, flow: CreationFlow) -> Report:
    """A report of a new visitor, who is not the first one."""
    for _twice in range(2):
        report = Report(device, flow, Client())
        report.scan()
        report.send()
    return report


def test_a_report_costs_few_statements(device: Device) -> None:
    report = reported(device, make_wide_flow(device, 1))

    counts = report.counts
    assert {name: count for name, count in counts.items() if count > MOST[name]} == {}
    assert counts.keys() == MOST.keys()
    on_the_way = sum(counts.values()) - counts["scan"] - counts["ticket"]
    assert on_the_way <= MOST_FROM_DEVICE_TO_CONFIRMATION


def test_a_report_from_a_desk_costs_no_more(device: Device) -> None:
    flow = make_wide_flow(device, 1)
    reported(device, flow)
    report = Report(device, flow, client_of(MemberFactory()), "office")

    draft_key, steps = uuid.uuid4(), [answers_of(step) for step in flow.steps.all()]
    report.get("device", report.url("ticket_create_flow"))
    with report.measured("start"):
        report.client.post(report.url("flow_start", flow_id=flow.pk), {"client_key": draft_key})
    form = report.url("ticket_form", ticket_id=Ticket.objects.get(client_key=draft_key).pk)
    assert report.get("form", form).status_code == 200
    with report.measured("send"):
        answers = {name: answer for step in steps for name, answer in step.items()}
        sent = report.client.post(form, {**answers, "visibility": "public", "action": "send"})

    assert sent.status_code == 303
    assert sum(report.counts.values()) <= MOST_FROM_DEVICE_TO_CONFIRMATION


def test_no_request_of_a_report_asks_the_same_twice(device: Device) -> None:
    report = reported(device, make_wide_flow(device, 2, QuestionKind.SINGLE_CHOICE))

    for name in report.statements:
        asked = report.costly(name)
        assert sorted(set(asked)) == sorted(asked), name


def test_a_step_is_one_transaction(device: Device) -> None:
    report = reported(device, make_wide_flow(device, 2))

    for number in range(1, STEPS + 1):
        begun = [sql for sql in report.statements[f"answer {number}"] if sql.startswith("SAVEPOINT")]
        assert len(begun) == 1


@pytest.mark.parametrize("kind", [QuestionKind.TEXT, QuestionKind.SINGLE_CHOICE])
def test_more_questions_cost_no_more_statements(device: Device, kind: QuestionKind) -> None:
    few, many = make_wide_flow(device, 1, kind), make_wide_flow(device, 5, kind)

    assert reported(device, few).counts == reported(device, many).counts


def test_more_tickets_of_the_device_cost_no_more_statements(device: Device) -> None:
    flow = make_wide_flow(device, 1)
    few = reported(device, flow).counts

    owner = KnownActor(person=SubscriberFactory(customer=device.customer))
    for _number in range(8):
        open_for(owner, device, flow)

    assert reported(device, flow).counts == few


def test_answering_again_costs_as_much_as_answering(device: Device) -> None:
    report = Report(device, make_wide_flow(device, 4), Client())
    report.scan()
    ticket_key = uuid.uuid4()
    report.post("start", report.url("flow_start", flow_id=report.flow.pk), {"client_key": ticket_key})
    url = report.url("flow_step", ticket_id=Ticket.objects.get(client_key=ticket_key).pk, number=1)
    step = report.flow.steps.all()[0]

    report.post("first", url, answers_of(step))
    report.post("again", url, answers_of(step))

    assert report.counts["again"] <= report.counts["first"] <= MOST["answer 1"]
