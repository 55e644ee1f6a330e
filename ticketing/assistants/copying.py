"""Contents as they are for another assistant: with keys, files and flows of its own."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext, override

from config.common.languages import LANGUAGES
from ticketing.assistants.content import ButtonContent, Content, ElementContent, FileContent, Texts
from ticketing.models import ButtonTarget, CreationFlow


def copied(content: Content, *, keys: Mapping[str, str], files: Mapping[str, str], flows: Mapping[str, str]) -> Content:
    """With other keys, ids of files and ids of flows, by those that stand there now. What has none leads nowhere."""

    def file(each: FileContent) -> FileContent:
        return replace(each, id=files.get(each.id, each.id))

    def button(each: ButtonContent) -> ButtonContent:
        if each.leads_to == ButtonTarget.ADDRESS:
            return each
        known = keys if each.leads_to == ButtonTarget.ELEMENT else flows
        target = known.get(each.target, "")
        leads_to = each.leads_to if target else ButtonTarget.ELEMENT
        return replace(each, leads_to=leads_to, target=target)

    def element(each: ElementContent) -> ElementContent:
        return replace(
            each,
            key=keys[each.key],
            files=tuple(map(file, each.files)),
            parts=tuple(replace(part, files=tuple(map(file, part.files))) for part in each.parts),
            buttons=tuple(map(button, each.buttons)),
        )

    return Content(tuple(map(element, content.elements)))


def marked_as_copy(texts: Texts, longest: int, number: int = 1) -> Texts:
    """With "(copy)" or "(copy 2)" behind it in each language in which there is something; at most so long."""
    return Texts({language: _marked(text, language, longest, number) for language, text in texts.by_language.items()})


def _marked(text: str, language: str, longest: int, number: int) -> str:
    if not text:
        return ""
    with override(language):
        mark = gettext("(copy)") if number == 1 else gettext("(copy %(number)s)") % {"number": number}
    return f"{text[: longest - len(mark) - 1].rstrip()} {mark}"


def same_flows(source: Mapping[str, CreationFlow], target: Mapping[str, CreationFlow]) -> dict[str, str]:
    """Flows of the target by those of the source that have the same name in any language."""

    def names(flow: CreationFlow) -> set[str]:
        return {getattr(flow, f"name_{language}") for language in LANGUAGES} - {"", None}

    return {
        key: other
        for key, flow in source.items()
        for other, candidate in reversed(list(target.items()))
        if names(flow) & names(candidate)
    }
