"""What is wrong with an assistant before it is published: errors forbid it, warnings are for its editors to judge."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.common.languages import LANGUAGES
from ticketing.assistants.content import ButtonContent, Content, ElementContent, FileContent, PartContent, Texts
from ticketing.assistants.graph import GUIDES, Flows, distances, ending, from_start
from ticketing.assistants.walk import host_of
from ticketing.models import ButtonAnswer, ButtonTarget, ElementKind

# What a phone shows without much scrolling.
LONG_TITLE, LONG_LABEL, LONG_BODY = 70, 40, 600
LANGUAGE_NAMES = {"en": _("English"), "de": _("German"), "fr": _("French")}


@dataclass(frozen=True)
class Problem:
    """`key` of the element it is about; empty for the assistant as a whole."""

    key: str
    text: str | Promise
    is_error: bool = False


def problems_of(content: Content, flows: Flows) -> tuple[Problem, ...]:
    """All of them, errors first, in the order of the elements."""
    found = [*_of_whole(content), *_of_ways(content, flows)]
    for element in content.elements:
        found += _of_element(element, content, flows)
    return tuple(sorted(found, key=lambda problem: not problem.is_error))


def _error(key: str, text: Any, **words: object) -> Problem:
    return Problem(key, format_lazy(text, **words) if words else text, is_error=True)


def _warning(key: str, text: Any, **words: object) -> Problem:
    return Problem(key, format_lazy(text, **words) if words else text)


# Ways ----------------------------------------------------------------------------------------------------------------


def _of_whole(content: Content) -> Iterator[Problem]:
    if not content.elements:
        yield _error("", _("There is no element yet."))


def _of_ways(content: Content, flows: Flows) -> Iterator[Problem]:
    ends = ending(content, flows)
    by_buttons = from_start(content)
    found = distances(content, [*by_buttons, *(each.key for each in content.elements if each.is_searchable)])
    for element in content.elements:
        if element.buttons and element.key not in ends:
            yield _error(element.key, _("Dead end: no way from here leads to help or to a report."))
        if element.key not in found:
            yield _warning(element.key, _("Found by no one: no button leads here, and the search leaves it out."))


# One element ---------------------------------------------------------------------------------------------------------


def _of_element(element: ElementContent, content: Content, flows: Flows) -> Iterator[Problem]:
    key = element.key
    yield from _of_texts(key, _("title"), element.title, LONG_TITLE, is_needed=True)
    yield from _of_texts(key, _("text"), element.body, LONG_BODY)
    yield from _of_kind(element)
    for number, part in enumerate(element.parts, 1):
        yield from _of_part(element, number, part)
    for file in element.files:
        yield from _of_file(key, file)
    for button in element.buttons:
        yield from _of_button(key, button, content, flows)


def _of_kind(element: ElementContent) -> Iterator[Problem]:
    if element.kind in GUIDES:
        if not element.parts and not any(element.body.by_language.values()) and not element.files:
            yield _error(element.key, _("It says nothing yet: add a step, a question or a text."))
    elif not element.buttons:
        yield _error(element.key, _("Dead end: the question has no answers yet."))
    answers = [button.answer for button in element.buttons]
    if element.kind == ElementKind.YES_NO and element.buttons and answers != [ButtonAnswer.YES, ButtonAnswer.NO]:
        yield _error(element.key, _("A yes/no question has exactly two buttons, Yes and No."))


def _of_part(element: ElementContent, number: int, part: PartContent) -> Iterator[Problem]:
    name = format_lazy(
        _("step {number}") if element.kind == ElementKind.GUIDE else _("question {number}"), number=number
    )
    if not any(part.title.by_language.values()) and not any(part.text.by_language.values()):
        if not part.files:
            yield _error(element.key, _("Nothing is written in {what}."), what=name)
        return
    yield from _of_texts(element.key, format_lazy(_("title of {what}"), what=name), part.title, LONG_TITLE)
    yield from _of_texts(element.key, format_lazy(_("text of {what}"), what=name), part.text, LONG_BODY)
    for file in part.files:
        yield from _of_file(element.key, file)


def _of_file(key: str, file: FileContent) -> Iterator[Problem]:
    if not file.caption.by_language.get(settings.LANGUAGE_CODE):
        yield _warning(key, _("A picture or film has no description for people who cannot see it."))
        return
    yield from _of_texts(key, _("description of a picture or film"), file.caption, LONG_BODY)


def _of_button(key: str, button: ButtonContent, content: Content, flows: Flows) -> Iterator[Problem]:
    name = button.label if button.answer == ButtonAnswer.OTHER else button.answer.label
    if button.answer == ButtonAnswer.OTHER:
        yield from _of_texts(key, _("label of a button"), button.label, LONG_LABEL, is_needed=True)
    if button.leads_to == ButtonTarget.ELEMENT and button.target not in content.by_key:
        yield _error(key, _("The button “{name}” leads nowhere."), name=name)
    elif button.leads_to == ButtonTarget.FLOW:
        yield from _of_flow(key, name, button.target, flows)
    elif button.leads_to == ButtonTarget.ADDRESS and not host_of(button.target):
        yield _error(key, _("The button “{name}” leads to an address that does not begin with https://."), name=name)


def _of_flow(key: str, name: object, target: str, flows: Flows) -> Iterator[Problem]:
    flow = flows.get(target)
    if flow is None:
        yield _error(key, _("The button “{name}” leads to a creation flow of another template."), name=name)
    elif not flow.is_active:
        yield _error(
            key,
            _("The button “{name}” leads to the creation flow “{flow}”, which is inactive."),
            name=name,
            flow=flow.name,
        )
    elif not flow.open_to_code_users:
        sentence = _("The button “{name}” leads to the creation flow “{flow}”, which only employees may use.")
        yield _warning(key, sentence, name=name, flow=flow.name)


def _of_texts(
    key: str, what: str | Promise, texts: Texts, longest: int, *, is_needed: bool = False
) -> Iterator[Problem]:
    """Missing and long ones; a text that is empty in all languages is missing only where it is needed."""
    if not is_needed and not any(texts.by_language.values()):
        return
    for language in LANGUAGES:
        text = texts.by_language.get(language, "")
        if not text:
            sentence = _("There is no text in {language}: {what}.")
            is_error = language == settings.LANGUAGE_CODE
            yield (_error if is_error else _warning)(key, sentence, language=LANGUAGE_NAMES[language], what=what)
        elif len(text) > longest:
            sentence = _("Long text in {language}: {what} ({length} characters, better up to {longest}).")
            words = {"language": LANGUAGE_NAMES[language], "what": what, "length": len(text), "longest": longest}
            yield _warning(key, sentence, **words)
