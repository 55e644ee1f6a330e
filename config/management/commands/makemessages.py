"""`manage.py makemessages`, which reads our templates in their own language, too."""

from pathlib import Path

from django.core.management.commands import makemessages
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from jinja2.ext import GETTEXT_FUNCTIONS, extract_from_ast


class BuildFile(makemessages.BuildFile):
    """A file that translations are collected from; one of our templates becomes calls of gettext that say the same."""

    def preprocess(self) -> None:
        path = Path(self.path)
        if self.domain != "django" or not is_ours(path):
            super().preprocess()
            return
        engine = engines["jinja2"]
        assert isinstance(engine, Jinja2)
        found = extract_from_ast(engine.env.parse(path.read_text(encoding="utf-8")), GETTEXT_FUNCTIONS)
        calls = [f"{function}({arguments_of(text)})" for _line, function, text in found]
        Path(self.work_path).write_text("\n".join(calls), encoding="utf-8")


def is_ours(path: Path) -> bool:
    """Whether it is a template that Jinja2 draws."""
    ours = path.is_relative_to("templates") or "jinja2" in path.parts
    return path.suffix in (".html", ".txt") and ours and not path.is_relative_to("templates/django")


def arguments_of(text: object) -> str:
    """A text, or the texts of a plural, or of one with its context; what is no constant becomes ``n``."""
    parts = text if isinstance(text, tuple) else (text,)
    return ", ".join("n" if part is None else repr(part) for part in parts)


class Command(makemessages.Command):
    build_file_class = BuildFile
