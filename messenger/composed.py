"""What the product says for people: kept as a name and values, and put into words for each reader.

A message whose `composed` is not None has no text of its own. Its shapes:

- ``{"ready": "on_my_way", "values": {"number": 30}}``: a ready message of the product, by its name in `BUILT_IN`;
- ``{"ready": "own", "texts": {"en": …}, "choices": [{"en": …}, …], "values": {…}}``: one of the house, with the texts
  that it had when it was sent;
- ``{"ready": "video", "values": {"session": 7}}``: the invitation to a video session;
- ``{"answer": 0, "to": 12, "public_to": 9, "question": {…}}``: which of its choices the question of these numbers got.

Values are ``number`` (an integer), ``text``, ``time`` (ISO 8601 with its zone) and ``times``, a list of those.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from config.common.languages import LANGUAGES, texts_of
from config.common.marks import isolated
from config.common.visible import clean_line
from messenger.models import ReadyMessage

Composed = Mapping[str, Any]
OWN: Final = "own"
NUMBER, TEXT, TIME, TIMES = "number", "text", "time", "times"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = (NUMBER, TEXT, TIME)
MOST_TIMES = 5
FEWEST_CHOICES, MOST_CHOICES = 2, 5


@dataclass(frozen=True)
class BuiltIn:
    """A ready message of the product. `words` gets its values; `takes` are the names of what its sender fills in.

    With `asks_for_picture` its reader gets a button for the camera.
    """

    name: str
    words: Callable[[Mapping[str, Any]], str]
    icon: str
    takes: tuple[str, ...] = ()
    # How it is listed where it needs values for its words.
    label: str | Promise = ""
    # What the field of a number is called.
    number_label: str | Promise = ""
    choices: tuple[str | Promise, ...] = ()
    asks_for_picture: bool = False


def _on_my_way(values: Mapping[str, Any]) -> str:
    number = values[NUMBER]
    return ngettext("On my way, about %(number)s minute.", "On my way, about %(number)s minutes.", number) % {
        "number": number
    }


def _plain(text: Promise) -> Callable[[Mapping[str, Any]], str]:
    return lambda _values: str(text)


ON_MY_WAY = BuiltIn(
    "on_my_way", _on_my_way, "car", takes=(NUMBER,), label=_("On my way, about … minutes"), number_label=_("Minutes")
)
TYPE_PLATE = BuiltIn(
    "type_plate", _plain(_("Please send a picture of the type plate.")), "camera", asks_for_picture=True
)
IN_DANGER = BuiltIn("in_danger", _plain(_("Is anyone in danger?")), "siren", choices=(_("Yes"), _("No")))
WHEN = BuiltIn("when", _plain(_("When can we come?")), "calendar-clock", takes=(TIMES,))
BUILT_IN = {each.name: each for each in (ON_MY_WAY, TYPE_PLATE, IN_DANGER, WHEN)}
# Nobody chooses it from a list: making a session says it.
VIDEO = BuiltIn("video", _plain(_("Show us what it is about. You can join the call from this conversation.")), "video")
_WORDED = {**BUILT_IN, VIDEO.name: VIDEO}
SESSION: Final = "session"
# The place of the choice of `IN_DANGER` that says so.
YES = 0


def compose(built_in: BuiltIn, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"ready": built_in.name, "values": dict(values)}


def compose_video(session_id: int) -> dict[str, Any]:
    return {"ready": VIDEO.name, "values": {SESSION: session_id}}


def compose_own(message: ReadyMessage, values: Mapping[str, Any]) -> dict[str, Any]:
    """With a copy of its texts: what was said stays what it was when the message is changed or removed."""
    return {
        "ready": OWN,
        "texts": texts_of(message, "text"),
        "choices": choices_of(message),
        "values": dict(values),
    }


def compose_answer(question: Composed, choice: int, sequence: int, public_sequence: int | None) -> dict[str, Any]:
    return {"answer": choice, "to": sequence, "public_to": public_sequence, "question": question}


def choices_of(message: ReadyMessage) -> list[dict[str, str]]:
    """Its choices, each in every language."""
    lines = {language: text.splitlines() for language, text in texts_of(message, "choices").items()}
    return [dict(zip(lines, each, strict=True)) for each in zip(*lines.values(), strict=True)]


def placeholders_in(text: str) -> list[str]:
    """The names in braces, in their order; also those that nothing knows."""
    return PLACEHOLDER.findall(text)


def placeholder_fault(text: str, english: str) -> str:
    """A sentence about placeholders of a text that are unknown, twice, or not those of the English one."""
    found = placeholders_in(text)
    rest = PLACEHOLDER.sub("", text)
    unknown = [each for each in found if each not in PLACEHOLDERS]
    if unknown or "{" in rest or "}" in rest:
        return gettext("Only {number}, {text} and {time} can stand in braces.")
    if len(set(found)) < len(found):
        return gettext("Each placeholder can be there once.")
    if set(found) != set(placeholders_in(english)):
        return gettext("Each language needs the same placeholders as English.")
    return ""


def tidy_choices(text: str | None) -> list[str]:
    """The lines that are not empty."""
    return [line for line in map(clean_line, (text or "").splitlines()) if line]


def choices_fault(choices: Sequence[str], english: Sequence[str]) -> str:
    """A sentence about answers that are not as many as the English ones, or too many or too few to choose from."""
    if len(choices) != len(english):
        return gettext("Each language needs as many answers as English.")
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        return gettext("Enter two to five answers.")
    return ""


def takes_of(ready: "BuiltIn | ReadyMessage") -> tuple[str, ...]:
    """What its sender fills in."""
    if isinstance(ready, BuiltIn):
        return ready.takes
    # In one order for all languages, which may have them in different ones.
    return tuple(name for name in PLACEHOLDERS if name in placeholders_in(texts_of(ready, "text")["en"]))


def label_of(ready: "BuiltIn | ReadyMessage") -> str:
    """What it says in the active language, with dots for what its sender fills in."""
    if isinstance(ready, BuiltIn):
        return str(ready.label) or ready.words({})
    return PLACEHOLDER.sub("…", _in_language(texts_of(ready, "text")))


# For the reader -------------------------------------------------------------------------------------------------------


def words_of(composed: Composed) -> str:
    """What it says in the active language and time zone, as plain text; each choice of a question on its own line."""
    if "answer" in composed:
        return f"{sentence_of(composed['question'])} {answer_words(composed)}"
    return "\n".join([sentence_of(composed), *(f"• {each}" for each in choice_words(composed))])


def sentence_of(composed: Composed) -> str:
    """What it says, without its choices."""
    values = composed["values"]
    if composed["ready"] != OWN:
        return _WORDED[composed["ready"]].words(values)
    shown = {name: _shown(name, value) for name, value in values.items()}
    return PLACEHOLDER.sub(lambda found: shown.get(found[1], found[0]), _in_language(composed["texts"]))


def choice_words(composed: Composed) -> list[str]:
    """The choices of a question; none of what asks nothing."""
    if composed.get("ready") is None:
        return []
    if composed["ready"] == OWN:
        return [_in_language(each) for each in composed["choices"]]
    if TIMES in composed["values"]:
        return [moment_words(each) for each in times_of(composed)]
    return [str(each) for each in _WORDED[composed["ready"]].choices]


def choice_count(composed: Composed) -> int:
    return len(choice_words(composed))


def times_of(composed: Composed) -> list[datetime]:
    """The times that the choices of a question are; none of any other."""
    return [datetime.fromisoformat(each) for each in composed.get("values", {}).get(TIMES, ())]


def answer_words(composed: Composed) -> str:
    return choice_words(composed["question"])[composed["answer"]]


def video_session_of(composed: Composed | None) -> int | None:
    """The id of the session to which it invites."""
    is_video = composed is not None and composed.get("ready") == VIDEO.name
    return composed["values"][SESSION] if composed is not None and is_video else None


def asks_for_picture(composed: Composed) -> bool:
    built_in = BUILT_IN.get(composed.get("ready", ""))
    return built_in is not None and built_in.asks_for_picture


def is_danger(composed: Composed) -> bool:
    """Whether it is the answer that somebody is in danger."""
    return composed.get("answer") == YES and composed["question"]["ready"] == IN_DANGER.name


def moment_words(moment: datetime) -> str:
    """Weekday, date and time in the active language and time zone."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'D')} {date_format(local, 'DATETIME_FORMAT')}"


def moment_markup(moment: datetime) -> SafeString:
    """The same; a script shows it in the time zone of the browser."""
    stamp = moment.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" data-behaviour="local-time">{}</time>', stamp, moment_words(moment))


def composed_markup(composed: Composed) -> SafeString:
    """What a reader sees of it, without the choices of a question."""
    if "answer" not in composed:
        return format_html("<p>{}</p>", _sentence_markup(composed))
    question, times = composed["question"], times_of(composed["question"])
    said = moment_markup(times[composed["answer"]]) if times else answer_words(composed)
    return format_html("<p>{}</p><p><strong>{}</strong></p>", _sentence_markup(question), said)


def choice_markup(composed: Composed) -> Sequence[str]:
    return [moment_markup(each) for each in times_of(composed)] or choice_words(composed)


def _sentence_markup(composed: Composed) -> SafeString:
    values = composed["values"]
    if composed["ready"] != OWN or TIME not in values:
        return format_html("{}", sentence_of(composed))
    # Its time is of the reader's zone, which only the browser knows.
    before, after = sentence_of({**composed, "values": {**values, TIME: ""}}).split("\0")
    return format_html_join("", "{}", ((part,) for part in (before, moment_markup(_moment(values[TIME])), after)))


def _shown(name: str, value: Any) -> str:
    if name == TIME:
        return moment_words(_moment(value)) if value else "\0"
    return isolated(str(value)) if name == TEXT else str(value)


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _in_language(texts: Mapping[str, str]) -> str:
    return texts.get(get_language() or "", "") or texts[settings.LANGUAGE_CODE]


# For the record -------------------------------------------------------------------------------------------------------


def evidence_of(text: str, composed: Composed | None) -> str:
    """What of a message the journal has a digest of."""
    return text if composed is None else json.dumps(composed, sort_keys=True, separators=(",", ":"))


def read_text(text: str, composed: Composed | None) -> str:
    """What a message says in the active language and time zone, as plain text."""
    return text if composed is None else words_of(composed)


def findable_text(text: str, composed: Composed | None) -> str:
    """What a message is found by: its text, or its words in all languages."""
    if composed is None:
        return text
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append(words_of(composed))
    return " ".join(dict.fromkeys(found))
