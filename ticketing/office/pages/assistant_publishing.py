"""What publishing an assistant would change, and what older versions said."""

from dataclasses import dataclass

from ticketing.assistants.access import flows_of, latest_versions
from ticketing.assistants.changes import Changes, changes_between
from ticketing.assistants.checks import problems_of
from ticketing.assistants.content import Content, digest_of, draft_of
from ticketing.assistants.graph import flow_states
from ticketing.models import Assistant, AssistantVersion
from ticketing.office.pages.assistants import ProblemLine, problem_lines


@dataclass(frozen=True)
class PublishPage:
    """`seen` is the digest of the draft whose changes are shown; `shown` is what people see now, None for nothing."""

    assistant: Assistant
    shown: AssistantVersion | None
    changes: Changes
    problems: list[ProblemLine]
    seen: str
    is_first: bool

    @property
    def errors(self) -> list[ProblemLine]:
        return [line for line in self.problems if line.problem.is_error]

    @property
    def warnings(self) -> list[ProblemLine]:
        return [line for line in self.problems if not line.problem.is_error]


def publish_page(assistant: Assistant) -> PublishPage:
    """Compares the draft with what is shown now."""
    content, flows = draft_of(assistant), flow_states(flows_of(assistant))
    latest = latest_versions([assistant]).get(assistant.pk)
    shown = latest if latest and latest.offers_help else None
    problems = problems_of(content, flows)
    return PublishPage(
        assistant=assistant,
        shown=shown,
        changes=changes_between(Content.read(shown.content) if shown else None, content, flows),
        problems=problem_lines(assistant.template_id, content, problems),
        seen=digest_of(content),
        is_first=latest is None,
    )


@dataclass(frozen=True)
class VersionPage:
    """What a version said, and from the draft to it what bringing it back would change."""

    assistant: Assistant
    version: AssistantVersion
    content: Content
    changes: Changes


def version_page(version: AssistantVersion) -> VersionPage:
    """Of a version with its assistant."""
    content = Content.read(version.content)
    flows = flow_states(flows_of(version.assistant))
    changes = changes_between(draft_of(version.assistant), content, flows)
    return VersionPage(version.assistant, version, content, changes)
