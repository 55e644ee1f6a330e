"""Guards over the source: what views, services and all modules must not do, each with an example that it catches."""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests import source

Guard = Callable[[ast.Module], Iterator[str]]
GUARDED_MODELS = {
    "Ticket", "Message", "Update", "Attachment", "JournalEntry", "Offer", "Assignment", "Answer", "Notification",
    "Rating", "Device", "Code", "Upload", "Piece",
}  # fmt: skip
MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
# What hangs on a ticket or device and needs a rule of its own. Offers and assignments come with every fetched ticket.
RELATIONS = {"updates", "journal", "messages", "notifications", "codes", "tickets", "created_tickets"}
READS = {"all", "filter", "exclude", "get", "first", "last", "count", "exists", "values", "values_list", "order_by"}
WRITES = {"save", "delete", "create", "bulk_create", "update_or_create", "get_or_create", "select_for_update"}
ROLES = {"administrator", "moderator", "member", "manager", "subscriber", "code_user"}
WEB = ("django.http", "django.forms", "django.template", "django.shortcuts", "django.contrib.messages")


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    return source.imports(tree, "x", is_package=False)


def reads_of_guarded_models(tree: ast.Module) -> Iterator[str]:
    """Managers and shortcuts: both go past the access functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield f"{node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Name) and node.id in SHORTCUTS:
            yield f"{node.lineno}: {node.id}"


def reads_of_relations(tree: ast.Module) -> Iterator[str]:
    """Related managers of a ticket: its rows are hidden from some who see the ticket."""
    for call in calls(tree):
        match call.func:
            case ast.Attribute(attr=read, value=ast.Attribute(attr=relation)) if (
                read in READS and relation in RELATIONS
            ):
                yield f"{call.lineno}: {ast.unparse(call.func)}"


def transactions(tree: ast.Module) -> Iterator[str]:
    for line, name in imported(tree):
        if name.startswith("django.db.transaction"):
            yield f"{line}: {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith(("transaction.", "db.transaction")):
            yield f"{node.lineno}: {ast.unparse(node)}"


def writes(tree: ast.Module) -> Iterator[str]:
    """Saving is the services' business; a session and a form may be saved."""
    for call in calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES:
            owner = ast.unparse(call.func.value)
            if not owner.endswith(("session", "form")):
                yield f"{call.lineno}: {owner}.{call.func.attr}"


def roles(tree: ast.Module) -> Iterator[str]:
    """Who may is asked of a rule, not of a role."""
    for line, name in imported(tree):
        if name.rsplit(".", 1)[-1] in {"Role", "EMPLOYEE_ROLES", "CUSTOMER_ROLES"}:
            yield f"{line}: {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "role":
            yield f"{node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Compare):
            texts = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
            yield from (f"{node.lineno}: {text}" for text in texts & ROLES)


def web_of_services(tree: ast.Module) -> Iterator[str]:
    """Services are called by pages, commands and sockets alike: they know no request, form or template."""
    for line, name in imported(tree):
        if name.startswith(WEB):
            yield f"{line}: {name}"


def signal_receivers(tree: ast.Module) -> Iterator[str]:
    for line, name in imported(tree):
        if name.startswith(("django.db.models.signals", "django.dispatch", "django.core.signals")):
            yield f"{line}: {name}"
    for call in calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "connect" and call.args:
            yield f"{call.lineno}: {ast.unparse(call.func)}"


def models_that_save_logic(tree: ast.Module) -> Iterator[str]:
    """No `save` or `delete` of a model does more than storing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name in {"save", "full_clean"}:
                    yield f"{method.lineno}: {node.name}.{method.name}"


def services(root: Path = source.ROOT) -> Iterator[tuple[Path, ast.Module]]:
    for path, tree in source.modules(root):
        if path.stem == "services" or "services" in path.parts:
            yield path, tree


def models(root: Path = source.ROOT) -> Iterator[tuple[Path, ast.Module]]:
    for path, tree in source.modules(root):
        if path.stem == "models" or "models" in path.parts:
            yield path, tree


def found(guard: Guard, where: Iterable[tuple[Path, ast.Module]]) -> list[str]:
    return [f"{path.relative_to(source.ROOT)}:{problem}" for path, tree in where for problem in guard(tree)]


VIEW_GUARDS: dict[Guard, str] = {
    reads_of_guarded_models: "ticket = Ticket.objects.get(pk=1)",
    reads_of_relations: "found = ticket.updates.filter(is_internal=True)",
    transactions: "from django.db import transaction",
    writes: "ticket.save()",
    roles: "allowed = actor.person.role in allowed_roles",
}
MORE_BAD_EXAMPLES: list[tuple[Guard, str]] = [
    (reads_of_guarded_models, "from django.shortcuts import get_object_or_404\nget_object_or_404(Ticket, pk=1)"),
    (reads_of_guarded_models, "rows = Code._default_manager.all()"),
    (reads_of_relations, "count = request.ticket.messages.count()"),
    (transactions, "import django.db as db\nwith db.transaction.atomic():\n    pass"),
    (transactions, "def view():\n    from django.db.transaction import atomic"),
    (writes, "Rating(score=5).save()"),
    (writes, "ticket.notifications.create(person=person)"),
    (roles, "from fleet.models import Role"),
    (roles, "if who == 'moderator':\n    pass"),
    (web_of_services, "from django.http import HttpRequest"),
    (web_of_services, "def service():\n    from django import forms"),
    (web_of_services, "import django.template.loader"),
    (signal_receivers, "from django.db.models.signals import post_save"),
    (signal_receivers, "from django.dispatch import receiver"),
    (signal_receivers, "signals.post_save.connect(notify, sender=Ticket)"),
    (models_that_save_logic, "class Ticket(models.Model):\n    def save(self, **kwargs):\n        pass"),
]
FINE = """
from ticketing.access import ticket_for
from ticketing.services.life_cycle import start_work

def ticket_start(request, ticket_id):
    start_work(actor=known_actor(request), ticket_id=ticket_id)
    messages.success(request, "Started by a member.")
    request.session.save()
    return redirect("office:ticket_detail", ticket_id)
"""


def test_the_guards_look_at_every_view() -> None:
    packages = {path.relative_to(source.ROOT).parts[0] for path, _tree in source.views()}
    paths = {str(path.relative_to(source.ROOT)) for path, _tree in source.views()}

    assert {"ticketing", "ratings", "config"} <= packages
    assert {"ticketing/views/flow.py", "ticketing/portal/views/device.py", "ratings/views.py"} <= paths
    assert len(list(services())) > 10


@pytest.mark.parametrize("guard", VIEW_GUARDS, ids=lambda guard: guard.__name__)
def test_views_leave_to_others_what_is_not_theirs(guard: Guard) -> None:
    assert found(guard, source.views()) == []
    assert list(guard(ast.parse(VIEW_GUARDS[guard])))
    assert list(guard(ast.parse(FINE))) == []


@pytest.mark.parametrize(("guard", "example"), MORE_BAD_EXAMPLES)
def test_a_guard_catches_its_bad_example(guard: Guard, example: str) -> None:
    assert list(guard(ast.parse(example)))
    assert list(guard(ast.parse(FINE))) == []


def test_services_know_no_request_form_or_template() -> None:
    assert found(web_of_services, services()) == []


def test_nothing_listens_to_signals() -> None:
    assert found(signal_receivers, source.modules()) == []


def test_models_store_and_nothing_else() -> None:
    assert found(models_that_save_logic, models()) == []


def test_all_guarded_models_exist() -> None:
    classes = {node.name for _path, tree in models() for node in tree.body if isinstance(node, ast.ClassDef)}
    assert classes >= GUARDED_MODELS
