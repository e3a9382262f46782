"""Conditions of templates, which no grammar reads as code: what a documented rule of their language
proves by a line alone. No more is claimed of such a file.

The first word in the tag of a template is what it does: `{% if … %}` of Django, Jinja and
Liquid, `{{ if … }}` of Go and Helm, `{{#if …}}` of Handlebars, `<% if … %>` of ERB and EJS,
`{#if …}` of Svelte, `@if (…)` of Blade, Razor and Angular, `<#if …>` of FreeMarker, `<c:if>`
of JSP; so is `v-if`, `*ngIf` and `th:if` of an element.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest.analysis.effects import Effect, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.text import lazy, word_set

_TAG = lazy(
    r"(?:\{%[-+~]?|\{\{[-~]?#?|<%[-=]?)\s{0,9}"
    r"(?:if|unless|elif|elsif|elseif|else if|when)\s([^%}\n]{1,200})(?:%\}|\}\}|%>)|"
    r"(?:\{[#:]|<#|@|} )(?:if|else\s?if)\s?([({\s][^%{}\n]{1,200})|"
    r"(?:\s(?:v-if|v-else-if|\*ngIf|th:if|th:unless)|<c:(?:if|when) test)=\"([^\"\n]{1,200})\""
)
_TEMPLATES = word_set(
    "cshtml ejs erb eex ftl gotmpl handlebars hbs heex htm html j2 jinja jinja2 jsp leex liquid "
    "mustache njk php razor sql svelte tmpl tpl twig vue xhtml xml yaml yml"
)
"""Endings of files that are templates, or are often made from one."""
_MAX_LINE = 1_000
"""Characters of a line in which conditions are looked for."""


def condition_effects(analysis: HunkAnalysis) -> list[Effect]:
    """A condition that is another one, new or gone; none where no rule applies."""
    path = analysis.hunk.path.rpartition(b"/")[2].decode("utf-8", "replace").lower()
    if path.rpartition(".")[2] not in _TEMPLATES:
        return []
    before, after = list(_conditions(analysis.old)), list(_conditions(analysis.new))
    kept, known = set(after), set(before)
    old = [condition for condition in before if condition not in kept]
    new = [condition for condition in after if condition not in known]
    if old and new:
        return [Effect("condition-changed", *quote_pair(old[0], new[0]))]
    if new:
        return [Effect("condition-added", "", quote_pair("", new[0])[1])]
    # What was done under the condition is still there, or was never part of the hunk.
    lines = {line.strip() for line in analysis.new}
    rest = [line.strip() for line in analysis.old if not _TAG.search(line[:_MAX_LINE])]
    if old and all(line in lines or line.startswith(("{%", "{{", "<%")) for line in rest if line):
        return [Effect("check-removed", quote_pair(old[0], "")[0])]
    return []


def _conditions(lines: Sequence[str]) -> Iterator[str]:
    """The conditions of one side, in the order of its lines."""
    for line in lines:
        for groups in _TAG.findall(line[:_MAX_LINE]):
            yield next(filter(None, groups)).strip(" -~:\r")
