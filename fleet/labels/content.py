"""What stands on a label."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fleet.models import Code, Organisation
from fleet.services.code_secrets import ensure_short_ids
from fleet.services.code_tokens import url_of
from fleet.short_ids import shown_short_id


class Part(TextChoices):
    """What may stand beside the QR code; sentences are chosen by their languages."""

    HOUSE = "house", _("Logo or name of the organisation")
    DEVICE = "device", _("Name of the device")
    LABEL = "label", _("Label")
    SHORT_ID = "short_id", _("Id to type")
    HOST = "host", _("Internet address")
    SENTENCE = "sentence", _("Sentence")


CHOSEN_PARTS = (Part.HOUSE, Part.DEVICE, Part.LABEL, Part.SHORT_ID, Part.HOST)


@dataclass(frozen=True)
class Content:
    """Texts that are not to be printed are empty. `logo_ratio` is its width by its height, 0 for none."""

    url: str
    host: str = ""
    short_id: str = ""
    device: str = ""
    label: str = ""
    house: str = ""
    logo_ratio: float = 0.0
    sentences: tuple[str, ...] = ()


class House:
    """Whose labels they are: the organisation's name, and its logo as bytes that are read once."""

    def __init__(self, organisation: Organisation | None) -> None:
        self.organisation = organisation

    @property
    def name(self) -> str:
        return self.organisation.name if self.organisation else ""

    @cached_property
    def logo(self) -> bytes:
        """Empty where there is none, or its file is gone."""
        if self.organisation is None or not self.organisation.logo:
            return b""
        try:
            with self.organisation.logo.open("rb") as file:
                return bytes(file.read())
        except OSError:
            return b""

    @cached_property
    def logo_ratio(self) -> float:
        if not self.logo or self.organisation is None:
            return 0.0
        return float(self.organisation.logo.width) / float(self.organisation.logo.height)


@dataclass(frozen=True)
class Wish:
    """Which parts are to stand on labels, and in which languages the sentence."""

    parts: frozenset[str]
    languages: tuple[str, ...]


def wish(parts: Collection[str] = CHOSEN_PARTS, languages: Collection[str] = ()) -> Wish:
    return Wish(frozenset(parts), tuple(languages))


def contents_of(codes: Collection[Code], wanted: Wish, house: House) -> Iterator[Content]:
    """One after the other, with the device of each code, and no id to type where it would open nothing."""
    short_ids = ensure_short_ids(codes) if Part.SHORT_ID in wanted.parts else {}
    sentences = tuple(sentence_in(language) for language in wanted.languages)
    for code in codes:
        texts = {
            Part.HOST: urlsplit(url_of(code)).netloc,
            Part.SHORT_ID: shown_short_id(short_ids.get(code.pk, "")),
            Part.DEVICE: code.device.name if code.device else "",
            Part.LABEL: code.label,
            Part.HOUSE: house.name,
        }
        shown = {part.value: text if part in wanted.parts else "" for part, text in texts.items()}
        ratio = house.logo_ratio if Part.HOUSE in wanted.parts else 0.0
        yield Content(url_of(code), logo_ratio=ratio, sentences=sentences, **shown)


def sentence_in(language: str) -> str:
    with translation.override(language):
        return gettext("Scan for help and service")
