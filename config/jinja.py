"""The environment of our templates. Anything undefined in them is an error, in production as in tests."""

import re
from collections.abc import Callable, Iterator, MutableMapping
from functools import cache, lru_cache
from pathlib import PurePosixPath
from typing import Any, cast

from crispy_forms.utils import render_crispy_form
from django.conf import settings
from django.contrib.messages import get_messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.defaultfilters import filesizeformat, linebreaksbr
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import translation
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from config.assets import SCRIPTS, SHARED, Graph, bundled_style, late_modules
from config.common import interface
from config.common.contacts import dialled
from config.common.controls import control
from config.common.numbers import whole_number
from config.common.pictures import ACCEPTED_PICTURES
from config.isolating import Isolating, isolated_text, isolating, isolating_sentence
from config.menu_icons import menu_icon
from fleet.organisation import organisation
from messenger.composed import asks_for_picture, choice_markup, composed_markup
from messenger.content import ACCEPTED_INPUT
from messenger.kinds import message_kind
from messenger.presentation import (
    change_number,
    duration_text,
    is_long,
    may_be_prepared_soon,
    quote_of,
    reading,
    said_type,
    shown_kind,
    wave_path,
)
from messenger.selectors import bell_state
from messenger.text import shown_text
from ratings.forms import LaterRatingForm, QuickRatingForm
from ratings.models import Score
from ticketing.forms.not_fixed import NotFixedForm
from ticketing.office.listing import fresh_counts
from ticketing.office.pages.list_views import view_links
from ticketing.office.pages.menu import record_links, start_link
from ticketing.office.pages.push_devices import push_switch_of

_BEHAVIOURS = re.compile(r"data-behaviour=.([a-z -]+)")
# Of the portal, for pages with one of their classes. Where two style the same thing, the later one has the last word.
_SHEETS = ("css/files.css", "css/ticket.css")
_CLASSES = re.compile(r"\.([a-z][\w-]*)")
_STYLE_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n[ \t]+")
# Browsers show no white space around parts of tables and lists, nor inside of a tag.
_UNSEEN = re.compile(
    r"\n+(?=/?>|</?(?:table|thead|tbody|tr|th|td|ul|ol|li)\b)|(?<=<tr>|<td>|<li>)\n+|(?<=</tr>|</td>|</li>)\n+"
)


class WithoutIndent(Extension):
    """Leaves out the indentation of templates, a fifth of every page, when they are compiled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with the same lines, so that errors name the right one."""
        return _INDENT.sub("\n", source)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Leaves out what is not seen either; by now each part knows its line."""
        for token in stream:
            yield Token(token.lineno, token.type, _UNSEEN.sub("", token.value)) if token.type == "data" else token


class CommonGlobals(Environment):
    """Lets all templates have the same globals: each import compares those of two templates, dozens on a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        # A dictionary where Jinja2 makes a chain of two, the first of which is empty.
        return super().make_globals(d) if d else self.globals


def csrf(request: HttpRequest) -> dict[str, object]:
    """The token of forms, masked once for a page and not for each of its forms; the settings name this function."""
    token: str = SimpleLazyObject(lambda: get_token(request))  # type: ignore[assignment]
    field = SimpleLazyObject(lambda: format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token))
    return {"csrf_token": token, "csrf_input": field}


def environment(**options: Any) -> Environment:
    """Jinja2 with our functions and filters; the settings of Django's templates name this function."""
    options["undefined"] = StrictUndefined
    env = CommonGlobals(
        extensions=["jinja2.ext.i18n", WithoutIndent, Isolating],
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=resolved,
        **options,
    )
    # A text that is broken over several lines is the same text for its translators.
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        env.globals[name] = isolating_sentence(cast("Callable[..., str]", env.globals[name]))
    env.globals |= _globals()
    env.filters |= _filters()
    return env


def _globals() -> dict[str, Any]:
    return {
        "url": url,
        "crispy": crispy,
        "static": static,
        "htmx_script": htmx_script,
        "chunks_of": chunks_of,
        "sheets_of": sheets_of,
        "get_messages": get_messages,
        "get_language": translation.get_language,
        "languages": [(code, translation.get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        "organisation": organisation,
        "is_demo": settings.DEMO,
        "bell_state": bell_state,
        "accepted_files": ACCEPTED_INPUT,
        "accepted_pictures": ACCEPTED_PICTURES,
        "age_words": interface.age_words,
        "fresh_counts": fresh_counts,
        "view_links": view_links,
        "record_links": record_links,
        "push_switch_of": push_switch_of,
        "start_link": start_link,
        "reading": reading,
        "quote_of": quote_of,
        "is_long": is_long,
        "change_number": change_number,
        "not_fixed_form": NotFixedForm,
        "rating_form": QuickRatingForm,
        "later_rating_form": LaterRatingForm,
    }


def _filters() -> dict[str, Any]:
    return {
        "age": interface.age,
        "asks_for_picture": asks_for_picture,
        "attributes": interface.attributes,
        "avatar": interface.avatar,
        "choice_markup": choice_markup,
        "composed_markup": composed_markup,
        "control": control,
        "dialled": dialled,
        "date": interface.exact_date,
        "duration_text": duration_text,
        "filesizeformat": filesizeformat,
        "icon": interface.icon,
        "icon_shapes": interface.icon_shapes,
        "isolated": isolated_text,
        "isolating": isolating,
        "linebreaksbr": linebreaksbr,
        "marked": interface.marked,
        "message_kind": message_kind,
        "one_of": interface.one_of,
        "said_type": said_type,
        "score": Score,
        "menu_icon": menu_icon,
        "shared_icon": interface.shared_icon,
        "short_name": interface.short_name,
        "whole_number": whole_number,
        "may_be_prepared_soon": may_be_prepared_soon,
        "shown_kind": shown_kind,
        "shown_text": shown_text,
        "wave_path": wave_path,
        "when": interface.when,
    }


def resolved(value: object) -> object:
    """A lazy text as the text it stands for, which may be markup: Jinja2 would escape that."""
    return str(value) if isinstance(value, Promise) else value


def url(name: str, *args: object, **kwargs: object) -> str:
    """``url("office:ticket_detail", 5)``."""
    return _address(name, args, tuple(kwargs.items()), get_urlconf(), get_script_prefix())


# Rows and menus name few addresses, and Django tries patterns for each. They depend on nothing else.
@lru_cache(maxsize=4096)
def _address(
    name: str, args: tuple[object, ...], kwargs: tuple[tuple[str, object], ...], urlconf: str | None, _prefix: str
) -> str:
    return reverse(name, urlconf, args, dict(kwargs))


def crispy(form: BaseForm, **context: Any) -> SafeString:
    """The form as its layout says; `context` is what the templates of its fields need beside them."""
    markup: SafeString = mark_safe(render_crispy_form(form, context=context))  # noqa: S308 (our templates escape)
    return markup


def chunks_of(markup: str) -> list[str]:
    """Addresses of the scripts that the page's own script asks for when it runs, so that the browser begins before."""
    named = {name for names in _BEHAVIOURS.findall(markup) for name in names.split()}
    found = [path for name, path in _chunks().items() if name in named]
    return [static(path) for path in (*found, *([SHARED] if not _sharing().isdisjoint(found) else []))]


@cache
def _chunks() -> dict[str, str]:
    """The path of each chunk by the name of its behaviour."""
    graph = Graph(_source)
    return {PurePosixPath(path).stem: path for entry in SCRIPTS for path in graph.chunks(entry)}


@cache
def _sharing() -> set[str]:
    """The chunks that need the file that they share."""
    return {chunk for chunk, modules in late_modules(Graph(_source)).items() if modules}


def sheets_of(markup: str) -> list[str]:
    """Addresses of the stylesheets that a page of the portal needs beside the portal's own."""
    return [static(path) for path, is_needed in _sheets().items() if is_needed.search(markup)]


@cache
def _sheets() -> dict[str, re.Pattern[str]]:
    """What finds a class in markup that only this sheet knows, by its path."""

    def classes(path: str) -> set[str]:
        return set(_CLASSES.findall(_STYLE_COMMENTS.sub("", bundled_style(path, _source))))

    known, patterns = classes("css/portal.css"), {}
    for path in _SHEETS:
        own = classes(path) - known
        patterns[path] = re.compile(rf"class=.(?:[^\"']*\s)?(?:{'|'.join(sorted(own))})[\s\"']")
        known |= own
    return patterns


def _source(name: str) -> str:
    return (settings.BASE_DIR / "static" / name).read_text(encoding="utf-8")
