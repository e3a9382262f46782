"""Conditions of files that no grammar reads as code: what a documented rule of their language
proves by a line alone. No more is claimed of such a file.

- The first word in the tag of a template is what it does: `{% if … %}` of Django, Jinja and
  Liquid, `{{ if … }}` of Go and Helm, `{{#if …}}` of Handlebars, `<% if … %>` of ERB and EJS,
  `<?php if … ?>`, `{#if …}` of Svelte, `{if …}` of Smarty and Latte, `#if(…)` of Velocity,
  `@if (…)` of Blade, Razor and Angular, `<#if …>` of FreeMarker, `<c:if>` of JSP, `<xsl:if>`,
  `<cfif>`; so is an attribute such as `v-if`, `*ngIf`, `x-if` and `th:if` of an element.
- A line of make that begins with `ifeq` or `ifdef`, or of CMake with `if(`, begins a condition
  (GNU make, "Conditional Parts of Makefiles"; cmake-language, "Control Structures").
- In Julia, Cython and PowerShell, and in Haml, Slim, Pug and Mako, so does a line that begins with
  `if`, `unless` or the like, in a file without texts of several lines, in which such a line could
  stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest.analysis.effects import Effect, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.syntax.tokens import Side
from attest.text import lazy, word_set

_TAG = lazy(
    r"(?:\{%[-+~]?|\{\{[-~]?#?|<%[-=]?|<\?(?:php)?)\s{0,9}"
    r"(?i:if|unless|elif|elsif|elseif|else if|when)\s([^%}\n]{1,200}?)(?:%\}|\}\}|[%?]>)|"
    r"(?:\{[#:]?|<#?|#|@|} )(?:if|else\s?if)\s?([({\s][^%{}\n]{1,200})|"
    r"(?:\s(?:v-(?:else-)?if|[vx]-show|x-if|\*ngIf|\[hidden\]|th:if|th:unless|(?:py|n):if)|"
    r"<\w{1,9}:(?:if|when) test)=\"([^\"\n]{1,200})\"|"
    r"\s:if=\{([^}\n]{1,200})|<cf(?:else)?if\s([^>\n]{1,200})"
)
_LINE = lazy(r"^\s*(?:else\s+)?(?:ifn?eq|ifn?def)\b\s*(.{1,200})|^\s*(?:else)?if\s?\((.{1,200})\)")
_STATEMENT = lazy(
    r"^\s*(?:}\s*)?(?:[-=%]\s{0,9})?(?:if|unless|else ?if|elsif|elif)\b"
    r"(\s*\(.{1,200}|\s.{1,200})()"
)
_TEMPLATES = word_set(
    "asp aspx cfm cshtml ejs erb eex ftl gohtml gotmpl handlebars hbs heex htm html j2 jinja "
    "jinja2 jsp latte leex liquid marko mustache njk php phtml razor sql svelte tmpl tpl twig vm "
    "vue xhtml xml xsl xslt yaml yml"
)
"""Endings of files that are templates, or are often made from one."""
_BY_STATEMENTS = word_set("haml jade jl mako ps1 psm1 pug pxd pyx slim")
"""Endings of files in which a line with a condition begins with its word."""
_END = lazy(r"\{%|\{\{|<%|end(?:if)?\b|}$")
"""What ends a condition, by tags or by a word."""
_LONG_TEXT = lazy(r"\"\"\"|'''|@[\"']")
"""What begins a text of several lines."""
_MAX_LINE = 1_000
"""Characters of a line in which conditions are looked for."""


def condition_effects(analysis: HunkAnalysis, tokens: HunkTokens) -> list[Effect]:
    """A condition that is another one, new or gone; none where no rule applies."""
    before, after = (
        list(_conditions(analysis, of.lines, of.side)) for of in (tokens.old, tokens.new)
    )
    kept, known = set(after), set(before)
    old = [condition for condition in before if condition not in kept]
    new = [condition for condition in after if condition not in known]
    if old and new:
        return [Effect("condition-changed", *quote_pair(old[0], new[0]))]
    if new:
        return [Effect("condition-added", "", quote_pair("", new[0])[1])]
    # What was done under the condition is still there, or was never part of the hunk.
    lines = {line.strip() for line in analysis.new}
    rest = [
        line.strip()
        for line in analysis.old
        if line.strip() and not any(_conditions(analysis, [line], tokens.old.side))
    ]
    if old and all(line in lines or _END.match(line) for line in rest):
        return [Effect("check-removed", quote_pair(old[0], "")[0])]
    return []


def _conditions(analysis: HunkAnalysis, lines: Sequence[str], side: Side) -> Iterator[str]:
    """The conditions of one side, in the order of its lines."""
    path = analysis.hunk.path.rpartition(b"/")[2].decode("utf-8", "replace").lower()
    ending = path.rpartition(".")[2]
    pattern = _TAG if ending in _TEMPLATES else None
    if path == "cmakelists.txt" or ending in ("makefile", "cmake", "mk", "mak"):
        pattern = _LINE
    elif ending in _BY_STATEMENTS and not side.has(_LONG_TEXT):
        pattern = _STATEMENT
    for line in lines if pattern is not None else ():
        for groups in pattern.findall(line[:_MAX_LINE]) if pattern is not None else ():
            yield next(filter(None, groups)).strip(" -~:\r")
