"""The components of the interface as template tags with declared arguments; misuse raises.

Every tag draws `templates/ui/<name>.html`, except the small ones that a list shows hundreds of times. Block tags take
the markup between their two tags as `content`, already escaped by the template around it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.common import components as ui
from config.common.components import Text
from config.common.field_markup import field_context

register = template.Library()

BUTTONS = ("primary", "secondary", "quiet", "danger")
SIZES = ("sm", "md", "lg")


@register.simple_tag
def icon(name: str, size: int = 20, label: Text = "") -> SafeString:
    """A Lucide icon, drawn inline; without a label it is hidden from screen readers."""
    return ui.svg(name, size=size, label=label)


@register.inclusion_tag("ui/button.html")
def button(
    label: Text,
    variant: str = "secondary",
    href: str = "",
    type: str = "button",
    icon: str = "",
    size: str = "md",
    disabled: bool = False,
    name: str = "",
    value: object = "",
    full: bool = False,
    icon_only: bool = False,
    form: str = "",
    formaction: str = "",
    **attrs: Any,
) -> dict[str, Any]:
    """A button, or with `href` a link that looks like one."""
    ui.one_of("button", "variant", variant, BUTTONS)
    ui.one_of("button", "size", size, SIZES)
    ui.one_of("button", "type", type, ("button", "submit", "reset"))
    if icon_only and not icon:
        raise ui.ComponentError("button: icon_only needs an icon.")
    return {**locals(), "attributes": ui.html_attributes("button", attrs)}


@register.simple_tag
def badge(text: Text, tone: str = "neutral", icon: str = "", label: Text = "") -> SafeString:
    """A small word or number; `label` says to screen readers what a bare number means."""
    ui.one_of("badge", "tone", tone, ui.BADGE_TONES)
    image = ui.svg(icon, size=14) if icon else ""
    if not label:
        return format_html('<span class="badge badge--{}">{}{}</span>', tone, image, ui.plain(text))
    shown = format_html(
        '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>', ui.plain(text), ui.plain(label)
    )
    return format_html('<span class="badge badge--{}">{}{}</span>', tone, image, shown)


@register.simple_tag
def status(value: Any) -> SafeString:
    """The status of a ticket: colour, icon and word come from the enum member."""
    return ui.label_of(value, "status", ui.STATUS_TONES)


@register.simple_tag
def priority(value: Any) -> SafeString:
    """The priority of a ticket: only High is loud."""
    return ui.label_of(value, "priority", ui.PRIORITY_TONES)


@register.simple_tag
def visibility(value: Any, compact: bool = False) -> SafeString:
    """INTERNAL or PUBLIC; compact shows nothing for PUBLIC, which is the usual case in a list."""
    if compact and ui.part(value, "tone", "visibility") == "public":
        return SafeString("")
    return ui.label_of(value, "visibility", ui.VISIBILITY_TONES)


@register.inclusion_tag("ui/status_bar.html")
def status_bar(stations: Iterable[Any], internal: bool = False) -> dict[str, Any]:
    """The way of a ticket as a line of stations; the present one is named."""
    rows = [_station(station) for station in stations]
    return {"stations": rows, "internal": internal}


def _station(station: Any) -> dict[str, Any]:
    row = {name: ui.part(station, name, "status_bar") for name in ("label", "tone", "state", "time")}
    ui.one_of("status_bar", "tone", str(row["tone"]), ui.STATUS_TONES)
    ui.one_of("status_bar", "state", str(row["state"]), ("past", "present", "future"))
    found = station.get("icon") if isinstance(station, dict) else getattr(station, "icon", None)
    return {**row, "icon": found or ("check" if row["state"] == "past" else "circle")}


@register.simple_tag
def avatar(person: Any = None, key: Any = None, kind: str = "", size: str = "md") -> SafeString:
    """Initials on a colour that stays with the person; a code user without a name gets a symbol."""
    name, colour, kind = ui.avatar_look(person, key, kind)
    ui.one_of("avatar", "kind", kind, ("employee", "customer", "guest"))
    ui.one_of("avatar", "size", size, SIZES)
    symbol = "smartphone" if kind == "guest" else "user"
    inside = ui.initials(name) if name and kind != "guest" else ui.svg(symbol, size=16)
    return format_html(
        '<span class="avatar avatar--{} avatar--{} avatar--c{}" aria-hidden="true">{}</span>',
        size,
        kind,
        colour,
        inside,
    )


@register.simple_block_tag
def card(content: str, title: Text = "", icon: str = "", href: str = "", tone: str = "") -> SafeString:
    """A quiet box; with `href` the whole box leads there."""
    ui.one_of("card", "tone", tone, ("", "internal", "accent", "danger"))
    return ui.render("card", locals())


@register.simple_block_tag
def panel(
    content: str,
    title: Text,
    icon: str = "",
    count: int | None = None,
    id: str = "",
    collapsible: bool = False,
    open: bool = True,
    tone: str = "",
    href: str = "",
    link: Text = "",
) -> SafeString:
    """A titled section, which may fold; `href` and `link` put one link into its header."""
    ui.one_of("panel", "tone", tone, ("", "internal"))
    if bool(href) != bool(link):
        raise ui.ComponentError("panel: href and link go together.")
    return ui.render("panel", locals())


@register.simple_block_tag
def page_header(content: str, title: Text, subtitle: Text = "", back: str = "", back_label: Text = "") -> SafeString:
    """The h1 of a page with its actions at the end of the line."""
    return ui.render("page_header", locals())


@register.simple_tag
def field(
    bound: BoundField,
    hide_label: bool = False,
    rows: int | None = None,
    switch: bool = False,
    cards: bool = True,
    placeholder: Text = "",
    **attrs: Any,
) -> SafeString:
    """A form field with label, star, control, help and errors that are tied to the control."""
    if not isinstance(bound, BoundField):
        raise ui.ComponentError(f"field: {bound!r} is not a field of a form.")
    ui.html_attributes("field", attrs)
    extra = {name.replace("_", "-"): ui.plain(value) for name, value in attrs.items()}
    if placeholder:
        extra["placeholder"] = ui.plain(placeholder)
    if rows:
        extra["rows"] = str(rows)
    return ui.render("field", {"hide_label": hide_label, **field_context(bound, extra, switch=switch, cards=cards)})


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole, and how many fields need another look."""
    wrong = [name for name in form.errors if name != "__all__"]
    return {
        "general": form.non_field_errors(),
        "count": len(wrong),
        "hidden": [e for f in form.hidden_fields() for e in f.errors],
    }


@register.simple_block_tag
def tabs(content: str, label: Text) -> SafeString:
    """A row of `tab` links."""
    return ui.render("tabs", locals())


@register.inclusion_tag("ui/tab.html")
def tab(
    label: Text, href: str, current: bool = False, count: int | None = None, icon: str = "", internal: bool = False
) -> dict[str, Any]:
    """One link of `tabs`."""
    return locals()


@register.simple_block_tag
def menu(
    content: str,
    label: Text,
    icon: str = "",
    variant: str = "quiet",
    icon_only: bool = False,
    align: str = "end",
    size: str = "md",
) -> SafeString:
    """A list of actions that opens on demand; works without JavaScript."""
    ui.one_of("menu", "variant", variant, BUTTONS)
    ui.one_of("menu", "align", align, ("start", "end"))
    ui.one_of("menu", "size", size, SIZES)
    return ui.render("menu", locals())


@register.inclusion_tag("ui/menu_item.html")
def menu_item(
    label: Text,
    href: str = "",
    icon: str = "",
    danger: bool = False,
    name: str = "",
    value: object = "",
    form: str = "",
    current: bool = False,
    **attrs: Any,
) -> dict[str, Any]:
    """A link, or without `href` a submit button."""
    return {**locals(), "attributes": ui.html_attributes("menu_item", attrs)}


@register.simple_tag
def menu_divider() -> SafeString:
    """A line between groups of a menu."""
    return SafeString('<hr class="menu__divider">')


@register.simple_block_tag
def dialog(content: str, id: str, title: Text, size: str = "md", icon: str = "") -> SafeString:
    """A native dialog; without JavaScript its opener is a link to `#id` and `:target` shows it."""
    ui.one_of("dialog", "size", size, SIZES)
    return ui.render("dialog", {**locals(), "kind": "dialog", "variant": size})


@register.simple_block_tag
def drawer(content: str, id: str, title: Text, side: str = "end") -> SafeString:
    """A dialog that comes in from a side."""
    ui.one_of("drawer", "side", side, ("start", "end", "bottom"))
    return ui.render("dialog", {**locals(), "kind": "drawer", "variant": side})


@register.inclusion_tag("ui/opener.html")
def opener(
    label: Text,
    target: str,
    variant: str = "secondary",
    icon: str = "",
    size: str = "md",
    icon_only: bool = False,
    full: bool = False,
) -> dict[str, Any]:
    """What opens a dialog or drawer."""
    ui.one_of("opener", "variant", variant, BUTTONS)
    ui.one_of("opener", "size", size, SIZES)
    return locals()


@register.inclusion_tag("ui/closer.html")
def closer(label: Text = "", variant: str = "secondary") -> dict[str, Any]:
    """What closes the dialog or drawer around it."""
    ui.one_of("closer", "variant", variant, BUTTONS)
    return {"label": label or _("Cancel"), "variant": variant}


@register.inclusion_tag("ui/toast.html")
def toast(text: Text, level: str = "info") -> dict[str, Any]:
    """A short message that goes by itself, unless it is an error or leads somewhere."""
    ui.one_of("toast", "level", level, ui.LEVELS)
    return {"text": text, "level": level, "icon": ui.LEVEL_ICONS[level]}


@register.simple_block_tag
def notice(content: str, text: Text = "", level: str = "info", title: Text = "") -> SafeString:
    """A message that stays in its place on the page."""
    ui.one_of("notice", "level", level, (*ui.LEVELS, "internal"))
    return ui.render("notice", {**locals(), "icon": ui.LEVEL_ICONS[level]})


@register.simple_block_tag
def empty_state(content: str, title: Text, text: Text = "", icon: str = "inbox", heading: bool = False) -> SafeString:
    """What a list says when it has nothing to show, and what to do next; `heading` where it is the whole page."""
    return ui.render("empty_state", locals())


@register.inclusion_tag("ui/pager.html")
def pager(previous: str = "", next: str = "") -> dict[str, Any]:
    """Addresses of the pages before and after; nothing when there is only one."""
    return {"previous": previous, "next": next}


@register.inclusion_tag("ui/filter_chip.html")
def filter_chip(
    label: Text, href: str, active: bool = False, count: int | None = None, icon: str = ""
) -> dict[str, Any]:
    """A filter as a link; an active one carries a cross and its link takes it away."""
    return locals()


@register.simple_block_tag
def conversation(content: str, label: Text = "", live: bool = True) -> SafeString:
    """The list that bubbles stand in."""
    return ui.render("conversation", {"content": content, "label": label or _("Messages"), "live": live})


@register.simple_block_tag
def bubble(
    content: str,
    author: Any = None,
    time: datetime | None = None,
    mine: bool = False,
    internal: bool = False,
    state: str = "sent",
    key: object = "",
    avatar: bool = True,
    **attrs: Any,
) -> SafeString:
    """One message; `state` tells the author whether it has left."""
    ui.one_of("bubble", "state", state, ("sending", "sent", "failed"))
    name, _colour, kind = ui.avatar_look(author, None, "")
    return ui.render(
        "bubble", {**locals(), "attributes": ui.html_attributes("bubble", attrs), "name": name, "kind": kind}
    )


@register.simple_block_tag
def attachments(content: str) -> SafeString:
    """The slot for attachments in a bubble or an update."""
    return format_html('<div class="attachments">{}</div>', content)


@register.inclusion_tag("ui/attachment.html")
def attachment(
    name: str,
    url: str,
    kind: str = "file",
    preview: str = "",
    bytes: int | None = None,
    width: int | None = None,
    height: int | None = None,
    remove_name: str = "",
) -> dict[str, Any]:
    """A picture, recording, film or file; `remove_name` adds a button that submits it for removal."""
    icons = {"image": "image", "audio": "audio-lines", "video": "film", "file": "file-text"}
    ui.one_of("attachment", "kind", kind, icons)
    return {**locals(), "icon": icons[kind]}


@register.simple_tag
def day_separator(text: Text) -> SafeString:
    """The day above the messages of that day."""
    return format_html('<p class="day-separator"><span>{}</span></p>', ui.plain(text))


@register.inclusion_tag("ui/system_line.html")
def system_line(text: Text, time: datetime | None = None, icon: str = "info") -> dict[str, Any]:
    """A fact between the messages."""
    return locals()


@register.inclusion_tag("ui/uploader.html")
def uploader(
    name: str,
    label: Text = "",
    id: str = "",
    accept: str = "",
    multiple: bool = True,
    camera: bool = False,
    help: Text = "",
    compact: bool = False,
    **attrs: Any,
) -> dict[str, Any]:
    """A plain file input in our look; in a form with the behaviour `uploads` its files leave at once."""
    label = label or (_("Take a photo") if camera else _("Add files"))
    return {**locals(), "id": id or f"id_{name}", "attributes": ui.html_attributes("uploader", attrs)}


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    """A list of `timeline_entry`, newest where the page puts it."""
    return format_html('<ol class="timeline">{}</ol>', content)


@register.simple_block_tag
def timeline_entry(
    content: str,
    title: Text,
    icon: str = "circle",
    tone: str = "neutral",
    time: datetime | None = None,
    author: Text = "",
    internal: bool = False,
    id: str = "",
) -> SafeString:
    """One thing that happened."""
    ui.one_of("timeline_entry", "tone", tone, (*ui.BADGE_TONES, *ui.STATUS_TONES))
    return ui.render("timeline_entry", locals())


@register.inclusion_tag("ui/stat.html")
def stat(label: Text, value: object, href: str = "", icon: str = "", tone: str = "") -> dict[str, Any]:
    """A number that matters."""
    ui.one_of("stat", "tone", tone, ("", "accent", "violet", "amber", "teal", "danger"))
    return locals()


@register.inclusion_tag("ui/smileys.html")
def smileys(
    name: str = "level", legend: Text = "", submit: bool = True, value: int | None = None, disabled: bool = False
) -> dict[str, Any]:
    """Five levels; with `submit` one tap sends the form around it."""
    return {**locals(), "legend": legend or _("How satisfied are you?"), "levels": ui.SMILEYS}


@register.simple_tag
def smiley(level: int) -> SafeString:
    """A rating that was given, as symbol and word."""
    found = next((each for each in ui.SMILEYS if each.level == level), None)
    if found is None:
        raise ui.ComponentError(f"smiley: there is no level {level!r}.")
    return format_html(
        '<span class="smiley smiley--{}">{}<span>{}</span></span>',
        found.level,
        ui.svg(found.icon, size=18),
        found.label,
    )


@register.inclusion_tag("ui/step_progress.html")
def step_progress(current: int, total: int) -> dict[str, Any]:
    """Which step of how many. Raises `ComponentError` for a step outside."""
    if not 1 <= current <= total:
        raise ui.ComponentError(f"step_progress: there is no step {current} of {total}.")
    return {"current": current, "total": total, "steps": range(1, total + 1)}


@register.simple_tag
def when(moment: datetime | None, exact: bool = False) -> SafeString:
    """A time, relative and with the exact one at hand; nothing for None."""
    if moment is None:
        return SafeString("")
    stamp, full = moment.isoformat(timespec="seconds"), ui.exact_time(moment)
    if exact:
        return format_html('<time class="when" datetime="{}">{}</time>', stamp, full)
    return format_html(
        '<time class="when" datetime="{}" title="{}" data-behaviour="relative-time">{}</time>',
        stamp,
        full,
        ui.relative_time(moment),
    )
