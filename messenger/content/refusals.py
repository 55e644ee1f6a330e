"""Why a file cannot be added: what it was seen to be, never a list with its own type in it."""

from enum import Enum, auto
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.common.errors import InvalidInput
from messenger.content.file_types import ACCEPTED_WORDS, SUFFIXES


class Seen(Enum):
    """What a refused file was seen to be."""

    WINDOWS_PROGRAM = auto()
    LINUX_PROGRAM = auto()
    MACOS_PROGRAM = auto()
    ANDROID_APP = auto()
    JAVA_PROGRAM = auto()
    INSTALLER = auto()
    SHORTCUT = auto()
    SCRIPT = auto()
    WEB_PAGE = auto()
    ARCHIVE = auto()
    DISK_IMAGE = auto()
    FONT = auto()
    MACROS = auto()
    LOCKED = auto()
    HIDDEN_ARCHIVE = auto()
    PICTURE = auto()
    FILM = auto()
    RECORDING = auto()
    DOCUMENT = auto()


_SENTENCES = {
    Seen.WINDOWS_PROGRAM: gettext_lazy("“%(name)s” looks like a Windows program. Programs cannot be added."),
    Seen.LINUX_PROGRAM: gettext_lazy("“%(name)s” looks like a Linux program. Programs cannot be added."),
    Seen.MACOS_PROGRAM: gettext_lazy("“%(name)s” looks like a macOS program. Programs cannot be added."),
    Seen.ANDROID_APP: gettext_lazy("“%(name)s” looks like an Android app. Programs cannot be added."),
    Seen.JAVA_PROGRAM: gettext_lazy("“%(name)s” looks like a Java program. Programs cannot be added."),
    Seen.INSTALLER: gettext_lazy("“%(name)s” looks like something that installs a program. Programs cannot be added."),
    Seen.SHORTCUT: gettext_lazy("“%(name)s” is only a shortcut. Please add the file to which it leads."),
    Seen.SCRIPT: gettext_lazy("“%(name)s” looks like a script. Scripts cannot be added, except as a text (.txt)."),
    Seen.WEB_PAGE: gettext_lazy(
        "“%(name)s” looks like a web page. Please add it as PDF or as a picture of the screen."
    ),
    Seen.ARCHIVE: gettext_lazy("“%(name)s” looks like an archive that is no ZIP. Please pack the files as ZIP."),
    Seen.DISK_IMAGE: gettext_lazy("“%(name)s” looks like an image of a disk. Those cannot be added."),
    Seen.FONT: gettext_lazy("“%(name)s” looks like a font. Fonts cannot be added."),
    Seen.MACROS: gettext_lazy("“%(name)s” contains macros or programs. Please add it without them, or as PDF."),
    Seen.LOCKED: gettext_lazy(
        "“%(name)s” is protected by a password, so nobody can see whether it has macros. Please add it without one."
    ),
    Seen.HIDDEN_ARCHIVE: gettext_lazy("“%(name)s” has an archive hidden behind its end. Please add both one by one."),
    Seen.PICTURE: gettext_lazy(
        "“%(name)s” looks like a picture of a kind that cannot be shown. Please add it as JPEG or PNG."
    ),
    Seen.FILM: gettext_lazy("“%(name)s” looks like a film of a kind that cannot be played. Please add it as MP4."),
    Seen.RECORDING: gettext_lazy(
        "“%(name)s” looks like a recording of a kind that cannot be played. Please add it as MP3."
    ),
    Seen.DOCUMENT: gettext_lazy(
        "“%(name)s” looks like a document of a kind that is not accepted. Please add it as PDF."
    ),
}


def refusal(name: str, seen: Seen) -> InvalidInput:
    """The error for a file that is known, and not accepted."""
    return InvalidInput(str(_SENTENCES[seen]) % {"name": name}, code="file_type", field="files")


def damaged(name: str) -> InvalidInput:
    """The error for a file that ends too early or contradicts itself."""
    return InvalidInput(_("“%(name)s” is damaged or incomplete.") % {"name": name}, code="file_damaged", field="files")


def unknown(name: str) -> InvalidInput:
    """The error for a file that looks like nothing known."""
    if PurePosixPath(name).suffix[1:].lower() in SUFFIXES:
        # The list would name the very type that the sender believes to send.
        message = _("“%(name)s” cannot be added: what is inside is not what the name says.") % {"name": name}
    else:
        message = _("“%(name)s” is of a kind that is not known here. Accepted are: %(types)s.")
        message = message % {"name": name, "types": ACCEPTED_WORDS}
    return InvalidInput(message, code="file_type", field="files")
