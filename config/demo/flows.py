"""Categories and creation flows of the demo, made from their texts."""

from dataclasses import dataclass, field

from config.demo.fleet import Texts, in_three
from config.demo.flow_texts import CATEGORIES, FLOWS, Ask, FlowTexts, StepTexts
from fleet.models import Group, Template
from ticketing.models import Audience, Category, Choice, CreationFlow, Question, Step


@dataclass
class MadeFlow:
    """A flow with its questions by step and key, and its choices by question key and choice key."""

    flow: CreationFlow
    steps: list[dict[str, Question]] = field(default_factory=list)
    choices: dict[str, dict[str, Choice]] = field(default_factory=dict)


MadeFlows = dict[tuple[str, str], MadeFlow]


def make_categories() -> dict[str, Category]:
    """Categories with their sub-categories, by key."""
    made = {}
    for position, facts in enumerate(CATEGORIES):
        audience = Audience.MANAGERS if facts.for_managers else Audience.EVERYBODY
        parent = Category.objects.create(position=position, audience=audience, **in_three("name", facts.name))
        made[facts.key] = parent
        for place, (key, name) in enumerate(facts.children.items()):
            made[key] = Category.objects.create(
                parent=parent, position=place, audience=audience, **in_three("name", name)
            )
    return made


def make_flows(
    templates: dict[str, Template], groups: dict[str, tuple[Group, Group, Group]], categories: dict[str, Category]
) -> MadeFlows:
    """All flows, by keys of template and flow."""
    made = {}
    for (template_key, flow_key), texts in FLOWS.items():
        service, care, parts = groups[template_key]
        responsible = {"problem": service, "question": care, "parts": parts}[flow_key]
        flow = _make_flow(texts, templates[template_key], categories[texts.category])
        flow.responsible_group = responsible
        flow.notification_group = care if (template_key, flow_key) == ("loader", "problem") else None
        flow.save()
        made[template_key, flow_key] = _make_steps(MadeFlow(flow), texts.steps)
    return made


def _make_flow(texts: FlowTexts, template: Template, category: Category) -> CreationFlow:
    return CreationFlow(
        template=template,
        category=category,
        icon=texts.icon,
        position=texts.position,
        **in_three("name", texts.name),
        **in_three("button_label", texts.button),
        **in_three("description", texts.description),
    )


def _make_steps(made: MadeFlow, steps: tuple[StepTexts, ...]) -> MadeFlow:
    for position, texts in enumerate(steps):
        step = Step.objects.create(
            flow=made.flow, position=position, **in_three("title", texts.title), **in_three("help_text", texts.help)
        )
        made.steps.append({ask.key: _make_question(made, step, place, ask) for place, ask in enumerate(texts.asks)})
    return made


def _make_question(made: MadeFlow, step: Step, position: int, ask: Ask) -> Question:
    question = Question.objects.create(
        step=step,
        kind=ask.kind,
        is_required=ask.required,
        names_ticket=ask.names_ticket,
        position=position,
        **in_three("text", ask.text),
        **in_three("help_text", ask.help),
    )
    made.choices[ask.key] = {
        key: _make_choice(question, place, label) for place, (key, label) in enumerate(ask.choices.items())
    }
    return question


def _make_choice(question: Question, position: int, label: Texts) -> Choice:
    return Choice.objects.create(question=question, position=position, **in_three("label", label))
