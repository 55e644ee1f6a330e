"""What people write becomes bold, italic and links, and never anything else."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messenger.text import render_text

REL = ' target="_blank" rel="noopener noreferrer nofollow"'
TAG = re.compile(r"<(?!/?(?:p|strong|em)>|br>|/a>|a href=\"(?:https?:|mailto:|tel:)[^\"<>]*\"" + REL + ">)")


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("**bold** and *slanted*", "<p><strong>bold</strong> and <em>slanted</em></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("https://a.org/x_y_z.", f'<p><a href="https://a.org/x_y_z"{REL}>https://a.org/x_y_z</a>.</p>'),
        ("www.a.org", f'<p><a href="http://www.a.org"{REL}>www.a.org</a></p>'),
        ("write to a@b.org", f'<p>write to <a href="mailto:a@b.org"{REL}>a@b.org</a></p>'),
        ("[call](tel:+4930)", f'<p><a href="tel:+4930"{REL}>call</a></p>'),
        ("call 030 1234567.", f'<p>call <a href="tel:0301234567"{REL}>030 1234567</a>.</p>'),
        ("+49 (0)30 90-18", f'<p><a href="tel:+49309018"{REL}>+49 (0)30 90-18</a></p>'),
        ("06 12 34 56 78", f'<p><a href="tel:0612345678"{REL}>06 12 34 56 78</a></p>'),
        ("01.23.45.67.89", f'<p><a href="tel:0123456789"{REL}>01.23.45.67.89</a></p>'),
        ("https://a.org/0301234567", f'<p><a href="https://a.org/0301234567"{REL}>https://a.org/0301234567</a></p>'),
        ("machine.de stops", "<p>machine.de stops</p>"),
        ("5 * 3 * 2 snake_case_name", "<p>5 * 3 * 2 snake_case_name</p>"),
        ("# 1\n- 2\n> 3", "<p># 1<br>\n- 2<br>\n&gt; 3</p>"),
        (r"C:\temp\*", r"<p>C:\temp\*</p>"),
        ("", ""),
    ],
)
def test_text_is_marked_up(text, markup):
    assert render_text(text) == markup


@pytest.mark.parametrize(
    "text",
    [
        "01.02.2026",
        "03/04/2026",
        "05-06-2026 0900",
        "Nr. 0301234",
        "Order no 0301234567",
        "#0301234567",
        "KX-0301234567",
        "0301234567X",
        "0.123456",
        "08.30-16.00",
        "08-16 09-12",
        "000123456",
        "0012345",
        "1234567",
        "4711 0815",
        "01234",
        "0123456789012345",
        "+5 %",
        "2026-01-02",
        "+0.25",
        "192.168.0.1",
        "05:30:00",
    ],
)
def test_other_numbers_are_no_phone_numbers(text):
    assert "tel:" not in render_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](//evil.org)",
        "[x](/accounts/logout/)",
        "[x](vbscript:1)",
        '[x](https://a.org "onmouseover=alert(1)")',
        "![x](https://a.org/x.png)",
        "http://a.org/\"onmouseover='alert(1)'",
    ],
)
def test_hostile_text_stays_text(text):
    markup = render_text(text)
    assert not TAG.search(markup), markup
    assert not re.search(r'href="(?!https?:|mailto:|tel:)', markup)


@given(st.text(alphabet="*_[]()<>!\"'&:/\\ \n`#@ahtpsw.", max_size=200))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_only_known_tags_come_out(text):
    assert not TAG.search(render_text(text)), text


@pytest.mark.parametrize(
    "piece",
    [
        *("*", "_", "[", "]", "*a", "**a*b", "[a](", "http://a", "a@", "a@b.c ", "://", "www.", "mailto:", "<", "&"),
        *("\n", "0", "+", "0 ", "030 1234567 ", "(0", "+49"),
    ],
)
def test_ten_thousand_hostile_characters_cost_no_time(piece):
    started = time.process_time()
    render_text((piece * 10_000)[:10_000])
    assert time.process_time() - started < 0.5
