"""Categories and creation flows of the demo."""

from dataclasses import dataclass, field

from config.demo.texts import translated
from config.demo.toml import Table, read_toml
from fleet.models import Group, Template
from ticketing.models import Audience, Category, Choice, CreationFlow, Question, Step


@dataclass
class DemoFlow:
    """A flow with its questions by step and key, and its choices by question key and choice key."""

    creation_flow: CreationFlow
    steps: list[dict[str, Question]] = field(default_factory=list)
    choices: dict[str, dict[str, Choice]] = field(default_factory=dict)


DemoFlows = dict[tuple[str, str], DemoFlow]
FLOWS = read_toml("flows.toml")


def make_categories() -> dict[str, Category]:
    made = {}
    for position, (key, row) in enumerate(FLOWS["categories"].items()):
        made[key] = parent = _make_category(key, position, row)
        for place, child in enumerate(row.get("children", [])):
            made[child] = _make_category(child, place, row, parent)
    return made


def _make_category(key: str, position: int, row: Table, parent: Category | None = None) -> Category:
    names = translated("name", f"categories.{key}")
    audience = row.get("audience", Audience.ALL)
    return Category.objects.create(parent=parent, position=position, audience=audience, **names)


def make_flows(
    templates: dict[str, Template], groups: dict[str, dict[str, Group]], categories: dict[str, Category]
) -> DemoFlows:
    """All flows, by keys of template and flow; `groups` are those of each template by their keys."""
    return {
        (template, row["key"]): _make_flow(row, templates[template], groups[template], categories[row["category"]])
        for row in FLOWS["flows"]
        for template in row["templates"]
    }


def _make_flow(row: Table, template: Template, groups: dict[str, Group], category: Category) -> DemoFlow:
    flow = CreationFlow.objects.create(
        template=template,
        category=category,
        icon=row["icon"],
        position=row["position"],
        responsible_group=groups[row["responsible"]],
        notification_group=groups[row["informed"]] if "informed" in row else None,
        **translated("name", f"flows.{row['texts']}.name"),
        **translated("button_label", f"flows.{row['texts']}.button_label"),
        **translated("description", f"flows.{row['texts']}.description"),
    )
    made = DemoFlow(flow)
    for position, step in enumerate(row["steps"]):
        _make_step(made, position, step)
    return made


def _make_step(made: DemoFlow, position: int, row: Table) -> None:
    step = Step.objects.create(
        flow=made.creation_flow,
        position=position,
        **translated("title", f"steps.{row['texts']}.title"),
        **translated("help_text", f"steps.{row['texts']}.help_text"),
    )
    questions = {}
    for place, name in enumerate(row["questions"]):
        asked = FLOWS["questions"][name]
        questions[asked["key"]] = question = Question.objects.create(
            step=step,
            kind=asked["kind"],
            is_required=asked.get("is_required", True),
            names_ticket=asked.get("names_ticket", False),
            is_past=asked.get("is_past", False),
            position=place,
            **translated("text", f"questions.{name}.text"),
            **translated("help_text", f"questions.{name}.help_text"),
        )
        made.choices[asked["key"]] = {
            key: Choice.objects.create(
                question=question,
                position=number,
                raises_priority=key == asked.get("urgent"),
                **translated("label", f"questions.{name}.choices.{key}"),
                **(translated("instruction", f"questions.{name}.instruction") if key == asked.get("urgent") else {}),
            )
            for number, key in enumerate(asked.get("choices", []))
        }
    made.steps.append(questions)
