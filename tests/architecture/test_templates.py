"""What templates may not hold: the policy of the headers would refuse it, or a reader would suffer."""

import re

import pytest

from tests.architecture.sources import Source, templates

# Help texts are written in forms.py, never by a user; Django's own carry a list.
SAFE_WITH_REASON = {"templates/components/field_help.html"}
RULES = {
    "inline style": re.compile(r"\sstyle\s*=|<style", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "address that is a script": re.compile(r"javascript:", re.IGNORECASE),
    "something from another host": re.compile(r"(src|href|action)\s*=\s*[\"'](https?:)?//", re.IGNORECASE),
    "an iframe": re.compile(r"<(iframe|object|embed)", re.IGNORECASE),
    "escaping switched off": re.compile(r"\|\s*safe\b|autoescape\s+off"),
    "a role": re.compile(r"\.roles\b|is_staff|is_superuser|has_perm|\bperms\."),
    "a form without its token": re.compile(r"<form(?=[^>]*method=\"post\")(?!.*?csrf_token)", re.DOTALL),
    "a dead link": re.compile(r"href=\"#?\""),
}


def found_in(source: Source, rule: str) -> list[str]:
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", source.text, flags=re.DOTALL)
    return [f"{source.path}: {match.group()[:60]}" for match in RULES[rule].finditer(text)]


@pytest.mark.parametrize("rule", RULES)
def test_no_template_holds(rule):
    checked = [s for s in templates() if not (rule == "escaping switched off" and s.path in SAFE_WITH_REASON)]

    found = [where for source in checked for where in found_in(source, rule)]

    assert found == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("inline style", '<p style="color: red">'),
        ("inline style", "<style>p {}</style>"),
        ("inline script", "<script>alert(1)</script>"),
        ("inline script", '<script type="module">import "x"</script>'),
        ("event handler", '<button type="button" onclick="go()">'),
        ("address that is a script", '<a href="javascript:go()">'),
        ("something from another host", '<script src="//cdn.example/x.js"></script>'),
        ("something from another host", '<link href="https://cdn.example/x.css">'),
        ("an iframe", "<iframe></iframe>"),
        ("escaping switched off", "{{ name|safe }}"),
        ("escaping switched off", "{% autoescape off %}"),
        ("a role", "{% if user.is_staff %}"),
        ("a role", "{% if 'clerk' in user.roles %}"),
        ("a form without its token", '<form class="x" method="post">\n<input></form>'),
        ("a dead link", '<a href="#">'),
    ],
)
def test_each_rule_finds_what_it_is_for(rule, text):
    found = found_in(Source("templates/x.html", text), rule)

    assert len(found) == 1


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("inline script", '<script type="module" src="/static/js/x.js"></script>'),
        ("event handler", '<p class="on" data-once="1">'),
        ("something from another host", '<a href="/villages/">'),
        ("a form without its token", '<form method="post">{% csrf_token %}<input></form>'),
        ("a form without its token", '<form method="get"><input></form>'),
        ("a dead link", '<a href="#main">'),
    ],
)
def test_no_rule_finds_what_is_allowed(rule, text):
    found = found_in(Source("templates/x.html", text), rule)

    assert found == []
