"""The components of the interface: they draw, they refuse misuse, they escape, and their colours can be read."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation
from jinja2 import UndefinedError

from config.common import clock
from config.common.interface import ComponentError, initials
from config.styleguide import example_stations
from fleet.models import Person, Role
from ratings.forms import RatingForm
from tests.source import ROOT
from ticketing.models import Priority, Visibility
from ticketing.transitions import TicketStatus

EVIL = '"><script>alert(1)</script>'
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
COMPONENTS = {
    path.name: re.findall(r"{% macro ([a-z]\w+)\(", path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "templates/ui").glob("*.html"))
}
IMPORTS = "".join(f'{{% from "ui/{name}" import {", ".join(found)} %}}' for name, found in COMPONENTS.items())
LEAST_CONTRAST_OF_TEXT = 4.5
LEAST_CONTRAST_OF_CONTROLS = 3.0


class ReportForm(forms.Form):
    """A required text, a choice, a file and a switch."""

    subject = forms.CharField(max_length=20, help_text="One line.")
    text = forms.CharField(widget=forms.Textarea, max_length=200, required=False)
    colour = forms.ChoiceField(choices=[("r", "Red"), ("g", EVIL)], widget=forms.RadioSelect)
    photo = forms.FileField(required=False)
    urgent = forms.BooleanField(required=False)


def draw(source: str, **context: Any) -> str:
    """What a template with all components at hand draws."""
    return str(engines["jinja2"].from_string(IMPORTS + source).render(context))


def person(name: str = "Mara Vogt", *, pk: int = 11, is_employee: bool = True, is_code_user: bool = False) -> Any:
    return SimpleNamespace(pk=pk, name=name, is_employee=is_employee, is_code_user=is_code_user)


def file(kind: str = "file", name: str = "a.pdf", caption: str = "") -> Any:
    content_type = {"video": "video/mp4", "image": "image/png"}.get(kind, "application/pdf")
    return SimpleNamespace(
        pk=uuid.uuid4(),
        name=name,
        caption=caption,
        kind=kind,
        content_type=content_type,
        is_image=kind == "image",
        preview=kind == "image",
        size=3,
        width=4,
        height=5,
        other="",
        other_type="",
        duration=None,
        peaks=None,
        remark="",
        original_size=None,
        moves_in_place=False,
        created_at=NOW,
    )


def test_button_is_a_button_or_a_link() -> None:
    assert 'type="submit"' in draw('{{ button("Save", type="submit", variant="primary") }}')
    link = draw('{{ button("Open", href=url) }}', url="/office/?a=1&b=2")
    assert "<a" in link
    assert 'href="/office/?a=1&amp;b=2"' in link


def test_button_takes_data_aria_and_htmx_attributes() -> None:
    html = draw('{{ button("Go", hx_post=url, data_behaviour="confirm") }}', url=EVIL)

    assert 'data-behaviour="confirm"' in html
    assert "hx-post=" in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    "source",
    [
        '{{ button("Save", variant="loud") }}',
        '{{ button("Save", size="huge") }}',
        '{{ button("Save", type="reset") }}',
        '{{ button("Save", onclick="x()") }}',
        '{{ button("Save", hx_on="x()") }}',
        '{{ "no-such-icon"|icon }}',
        '{{ badge("3", tone="pink") }}',
        '{{ person|avatar("huge") }}',
        '{% call menu("More", align="top") %}{% endcall %}',
    ],
)
def test_unknown_values_are_refused(source: str) -> None:
    with pytest.raises(ComponentError):
        draw(source, person=person())


@pytest.mark.parametrize(
    "source",
    [
        "{{ undefined_name }}",
        "{{ person.undefined_name }}",
        '{{ status("open") }}',
        '{{ toast("Hello", level="loud") }}',
        '{{ notice("Hello", level="loud") }}',
        '{{ status_bar([{"label": "OPEN"}]) }}',
        '{{ field("subject") }}',
    ],
)
def test_what_is_not_there_is_refused(source: str) -> None:
    with pytest.raises((UndefinedError, AttributeError)):
        draw(source, person=person())


@pytest.mark.parametrize(
    "source",
    [
        '{{ "lock"|icon(colour="red") }}',
        "{{ smiley() }}",
        "{% call panel('Title', icon='x', wide=true) %}{% endcall %}",
        "{{ filter_chip('New', href='#', wide=true) }}",
    ],
)
def test_undeclared_and_missing_arguments_are_refused(source: str) -> None:
    with pytest.raises((TypeError, UndefinedError, ValueError)):
        draw(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ button(evil) }}",
        "{{ button(evil, icon_only=true, icon='x') }}",
        "{{ badge(evil) }}",
        "{{ 'lock'|icon(label=evil) }}",
        "{% call panel(evil, icon='x') %}{{ evil }}{% endcall %}",
        "{{ page_header(evil, subtitle=evil, back=evil, back_label=evil) }}",
        "{% call menu(evil) %}{{ menu_item(evil, value=evil, name='x') }}{% endcall %}",
        "{% call dialog('x', evil) %}{{ evil }}{% endcall %}",
        "{{ toast(evil) }}",
        "{{ notice(evil) }}",
        "{{ empty_state(evil, text=evil) }}",
        "{{ unsent_texts([evil]) }}",
        "{{ filter_chip(evil, evil) }}",
        "{% call bubble(person, key=evil, number=evil) %}{{ evil }}{% endcall %}",
        "{{ attachments([file], remove_name=evil) }}",
        "{{ attachments([image]) }}",
        "{% call timeline() %}{{ timeline_entry(evil, 'x', 'open', none, author=evil) }}{% endcall %}",
        "{% call tabs(evil) %}{{ tab(evil, evil) }}{% endcall %}",
        "{{ uploader('files', 'x', evil, evil) }}",
        "{{ status_bar(stations) }}",
        "{{ field(form.subject) }}{{ field(form.colour) }}",
    ],
)
def test_text_of_users_is_escaped(source: str) -> None:
    station = {"label": EVIL, "tone": "open", "state": "present", "icon": "check", "time": NOW}

    html = draw(
        source,
        evil=EVIL,
        stations=[station],
        form=ReportForm({"subject": EVIL}),
        person=person(EVIL),
        file=file(name=EVIL, caption=EVIL),
        image=file("image", name=EVIL, caption=EVIL),
    )

    assert "script&gt;" in html
    assert "<script" not in html


@pytest.mark.parametrize("status", list(TicketStatus))
def test_status_shows_colour_icon_and_word(status: TicketStatus) -> None:
    html = draw("{{ status(value) }}", value=status)

    assert f"status--{status.tone}" in html
    assert "<svg" in html
    assert str(status.label) in html


def test_priority_and_visibility_take_their_looks_from_the_enum() -> None:
    assert "priority--high" in draw("{{ priority(value) }}", value=Priority.HIGH)
    assert "INTERNAL" in draw("{{ visibility(value) }}", value=Visibility.INTERNAL)


def test_status_bar_names_the_present_station() -> None:
    html = draw("{{ status_bar(stations, internal=true) }}", stations=example_stations(1))

    assert html.count('aria-current="step"') == 1
    assert "status-bar--internal" in html


def test_field_ties_label_help_and_errors_to_the_control() -> None:
    html = draw("{{ field(form.subject) }}", form=ReportForm({"subject": ""}))

    assert '<label class="field__label" for="id_subject">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_subject_help id_subject_error"' in html
    assert 'id="id_subject_help"' in html
    assert 'id="id_subject_error"' in html
    assert "field__star" in html


def test_field_without_errors_says_nothing_of_errors() -> None:
    html = draw("{{ field(form.text) }}", form=ReportForm())

    assert "aria-invalid" not in html
    assert "_error" not in html
    assert "field__star" not in html
    assert 'data-behaviour="autogrow char-counter"' in html


def test_choices_are_a_group_of_cards() -> None:
    html = draw("{{ field(form.colour) }}", form=ReportForm())

    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count("choice-card__title") == 2


def test_check_box_and_file_are_labelled() -> None:
    html = draw("{{ field(form.urgent) }}{{ field(form.photo) }}", form=ReportForm())

    assert 'for="id_urgent"' in html
    assert 'for="id_photo"' in html


def test_form_errors_count_the_wrong_fields() -> None:
    assert "2 fields" in draw("{{ form_errors(form) }}", form=ReportForm({}))
    assert draw("{{ form_errors(form) }}", form=ReportForm()).strip() == ""


@pytest.mark.parametrize(
    ("age", "language", "words"),
    [
        (timedelta(seconds=3), "en", "just now"),
        (timedelta(minutes=1), "en", "1 minute ago"),
        (timedelta(hours=5), "en", "5 hours ago"),
        (timedelta(days=2), "en", "2 days ago"),
        (timedelta(days=30), "en", "Oct. 21, 2026"),
        (timedelta(days=2), "de", "vor 2 Tagen"),
        (timedelta(hours=5), "fr", "il y a 5 heures"),
    ],
)
def test_times_are_relative_and_exact_at_hand(age: timedelta, language: str, words: str) -> None:
    with clock.freeze(NOW), translation.override(language):
        html = draw("{{ moment|when }}", moment=NOW - age)

    assert f">{words}</time>" in html
    assert 'title="' in html
    assert 'datetime="2026-' in html


def test_no_time_draws_nothing() -> None:
    assert draw("{{ moment|when }}", moment=None).strip() == ""


def test_avatar_has_initials_and_a_colour_that_stays() -> None:
    assert initials("Anna Maria van der Berg") == "AB"
    assert initials("") == ""
    html = draw("{{ person|avatar }}", person=person("Mara Vogt", pk=11))
    assert ">MV<" in html
    assert "avatar--c4" in html
    assert not re.search("avatar--(guest|customer)", html)
    assert "<svg" in draw("{{ person|avatar }}", person=person("Code user", is_code_user=True))


def test_smileys_submit_in_one_tap_or_choose() -> None:
    rating = RatingForm(initial={"score": 4})

    assert draw("{{ smileys(rating.score, submit=true) }}", rating=rating).count('type="submit"') == 5
    assert draw("{{ smileys(rating.score) }}", rating=rating).count("checked") == 1


def test_dialog_works_without_javascript() -> None:
    html = draw('{{ opener("Cancel", target="sure") }}{% call dialog("sure", "Sure?") %}Text{% endcall %}')

    assert 'href="#sure"' in html
    assert 'id="sure"' in html
    assert 'aria-labelledby="sure-title"' in html


def test_files_that_browsers_show_are_shown_and_others_are_saved() -> None:
    assert "<img" in draw("{{ attachments([file]) }}", file=file("image"))
    assert "<video" in draw("{{ attachments([file]) }}", file=file("video"))
    foreign = file("video")
    foreign.content_type = "video/x-msvideo"
    assert "<video" not in draw("{{ attachments([file]) }}", file=foreign)


def test_a_film_shows_its_picture_in_its_own_shape_and_how_long_it_is() -> None:
    film = file("video", "a.mp4")
    film.preview, film.duration = "attachments/poster", 3_725_400

    html = draw("{{ attachments([file]) }}", file=film)

    assert f'poster="/files/{film.pk}/preview/"' in html
    assert 'width="4" height="5"' in html
    assert 'preload="none"' in html
    assert ">1:02:05<" in html
    assert f'href="/files/{film.pk}/?download=1"' in html


def test_a_recording_names_both_formats_and_says_what_to_do_where_none_is_played() -> None:
    voice = file("audio", "a.webm")
    voice.content_type, voice.other, voice.other_type = "audio/webm", "attachments/b", "audio/mp4"
    voice.duration, voice.peaks = 400, bytes([0, 255])

    html = draw("{{ attachments([file]) }}", file=voice)

    sources = re.findall(r'<source src="/files/[^/]+/([a-z]*)/?"\s+type="([^"]+)"', html)
    assert sources == [("", "audio/webm"), ("other", "audio/mp4")]
    assert 'd="M2 48v4M6 0v100"' in html
    assert ">0:01<" in html, "no recording lasts no time"
    assert "This browser cannot play it." in html
    assert html.index(" hidden>") < html.index("This browser")


@pytest.mark.parametrize("content_type", ["video/quicktime", "audio/flac"])
def test_a_browser_tries_what_it_might_deny(content_type: str) -> None:
    tried = file(content_type.partition("/")[0], "a.bin")
    tried.content_type = content_type
    assert "type=" not in re.search(r"<source[^>]*>", draw("{{ attachments([file]) }}", file=tried))[0]  # type: ignore[index]


@pytest.mark.parametrize(
    "kind", ["audio/x-caf", "audio/aiff", "video/quicktime", "video/3gpp", "audio/ogg", "video/x-matroska"]
)
def test_what_not_every_browser_plays_has_a_way_to_save_it_beside_the_player(kind: str) -> None:
    played = file(kind.partition("/")[0], "voice memo.caf")
    played.content_type = kind

    html = draw("{{ attachments([file]) }}", file=played)

    assert 'data-behaviour="player"' in html
    assert f'href="/files/{played.pk}/?download=1"' in html
    assert html.count("voice memo.caf") == 2
    assert "3\xa0bytes" in html


@pytest.mark.parametrize("kind", ["video/x-msvideo", "video/x-ms-wmv", "audio/x-ms-wma", "audio/amr"])
def test_what_no_browser_plays_is_offered_with_its_name_and_size(kind: str) -> None:
    saved = file("video", "machine.avi")
    saved.content_type = kind

    html = draw("{{ attachments([file]) }}", file=saved)

    assert "data-behaviour" not in html
    assert f'href="/files/{saved.pk}/"' in html
    assert "machine.avi" in html
    assert "3\xa0bytes" in html


@pytest.mark.parametrize("kind", ["audio/x-ms-wma", "audio/amr"])
def test_what_no_browser_plays_is_played_in_its_second_format(kind: str) -> None:
    voice = file("audio", "voice.amr")
    voice.content_type, voice.other, voice.other_type = kind, "attachments/b", "audio/mp4"

    html = draw("{{ attachments([file]) }}", file=voice)

    # The first is named, so that no browser loads it in vain.
    assert re.findall(r'<source [^>]*type="([^"]+)"', html) == [kind, "audio/mp4"]
    assert f'href="/files/{voice.pk}/?download=1"' in html


def test_text_is_read_here_and_saved_as_it_came() -> None:
    text = file("file", "log.txt")
    text.content_type = "text/plain"

    html = draw("{{ attachments([file]) }}", file=text)

    assert f'href="/files/{text.pk}/?read=1"' in html
    assert f'href="/files/{text.pk}/?download=1"' in html


def test_pager_is_not_there_for_one_page() -> None:
    assert draw("{{ pager() }}").strip() == ""
    assert 'rel="next"' in draw('{{ pager(next="?after=3") }}')


def test_landing_page_says_what_it_is(client: Any, db: None) -> None:
    page = client.get("/").content.decode()
    assert "Fleetdesk" in page
    assert "/accounts/login/" in page
    assert "Scan the code on your machine" in page


def test_style_guide_is_for_administrators(client: Any, db: None) -> None:
    assert client.get("/office/ui/").status_code == 302
    for role, status in ((Role.MEMBER, 404), (Role.ADMINISTRATOR, 200)):
        person = Person.objects.create_user(f"{role}@example.com", role=role)
        client.force_login(person)
        assert client.get("/office/ui/").status_code == status


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "500.html", "503.html"])
def test_error_pages_need_no_request(template: str) -> None:
    html = render_to_string(template, {"is_too_much": False})
    assert html.count("<h1") == 1
    assert "Fleetdesk" in html


def test_every_stylesheet_is_part_of_a_surface() -> None:
    css = ROOT / "static/css"
    imported = {
        name for path in css.glob("*.css") for name in re.findall(r'@import "([^"]+)"', path.read_text("utf-8"))
    }
    assert {f"{path.parent.name}/{path.name}" for path in css.glob("*/*.css")} <= imported


def test_colours_live_in_the_token_file_only() -> None:
    colour = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)
    for path in [*(ROOT / "static/css").rglob("*.css"), *(ROOT / "config").rglob("*.css")]:
        if path.name != "tokens.css":
            assert not colour.findall(path.read_text(encoding="utf-8")), path.name


def palette(start: str) -> dict[str, str]:
    """The colours of the block that begins with `start`."""
    block = TOKENS.split(start, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = palette(":root {")
DARK = palette(':root[data-theme="dark"] {')


def test_dark_by_choice_is_dark_by_system() -> None:
    assert palette(':root:not([data-theme="light"]) {') == DARK
    assert set(DARK) == {name for name in LIGHT if not name.startswith(("code-", "ink-"))}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_in_both_themes(colours: dict[str, str]) -> None:
    pairs = [
        (text, f"surface{place}") for text in ("text", "text-muted") for place in ("", "-page", "-sunken", "-hover")
    ]
    pairs += [("accent-text", place) for place in ("surface", "surface-page", "accent-soft")]
    pairs += [(f"{tone}-text", f"{tone}-soft") for tone in ("violet", "amber", "teal", "neutral", "danger", "internal")]
    pairs += [(f"{tone}-text", "surface") for tone in ("amber", "teal", "danger", "internal")]
    pairs += [(f"on-{tone}", tone) for tone in ("accent", "danger", "internal")]
    pairs += [("text-muted", place) for place in ("internal-soft", "bubble-mine", "bubble-theirs", "accent-soft")]
    pairs += [
        ("text", f"{tone}-line") for tone in ("accent", "violet", "teal", "amber", "internal", "neutral", "danger")
    ]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert not {pair: value for pair, value in weak.items() if value < LEAST_CONTRAST_OF_TEXT}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_controls_stand_out_in_both_themes(colours: dict[str, str]) -> None:
    for line in ("line-strong", "accent", "danger", "internal", "focus"):
        assert contrast(colours[line], colours["surface"]) >= LEAST_CONTRAST_OF_CONTROLS, line
