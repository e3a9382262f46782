"""Hunks that no grammar reads as code: what their text alone proves.

An unknown language is not known: such a hunk adds, takes out or changes code, and no more is
claimed. One rule says more, and is documented: in the tag of a template, the first word is what
it does: `{% if … %}` of Django, Jinja and Liquid, `{{ if … }}` of Go and Helm, `{{#if …}}` of
Handlebars, `<% if … %>` of ERB and EJS.
"""

from __future__ import annotations

from collections.abc import Sequence

from attest.analysis.edit_context import EditContext, HunkEdits
from attest.analysis.edit_values import other_effect
from attest.analysis.effects import Effect, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.quoting import both_sides
from attest.analysis.syntax.tokens import Where
from attest.text import lazy, word_set

_TAG = lazy(
    r"(?:\{%[-+~]?|\{\{[-~]?#?|<%[-=]?)\s{0,9}"
    r"(?:if|unless|elif|elsif|elseif|else if|when)\s([^%}\n]{1,200})(?:%\}|\}\}|%>)"
)
_TEMPLATES = word_set(
    "ejs erb eex gotmpl handlebars hbs heex htm html j2 jinja jinja2 leex liquid mustache njk sql "
    "tmpl tpl twig xhtml xml yaml yml"
)
"""Endings of files that are templates, or are often made from one."""
_MAX_LINE = 1_000
"""Characters of a line in which tags are looked for."""


def template_effects(analysis: HunkAnalysis) -> list[Effect]:
    """A condition of a template that is another one, new or gone; none elsewhere."""
    ending = analysis.hunk.path.rpartition(b".")[2].decode("utf-8", "replace").lower()
    if ending not in _TEMPLATES:
        return []
    before, after = _tags(analysis.old), _tags(analysis.new)
    old = [tag for tag in before if tag not in after]
    new = [tag for tag in after if tag not in before]
    if old and new:
        return [Effect("condition-changed", *quote_pair(old[0], new[0]))]
    if new:
        return [Effect("condition-added", new=quote_pair("", new[0])[1])]
    # What was shown under the condition is still there, or was never part of the hunk.
    kept = {line.strip() for line in analysis.new}
    rest = [line.strip() for line in analysis.old if not _TAG.search(line[:_MAX_LINE])]
    if old and all(line in kept or line.startswith(("{%", "{{", "<%")) for line in rest if line):
        return [Effect("check-removed", old=quote_pair(old[0], "")[0])]
    return []


def _tags(lines: Sequence[str]) -> list[str]:
    """The conditions in the tags of some lines."""
    found = (_TAG.findall(line[:_MAX_LINE]) for line in lines)
    return [tag.strip(" -~") for tags in found for tag in tags]


def attribute_effects(analysis: HunkAnalysis, hunk: HunkEdits) -> list[Effect]:
    """A condition of a block of HCL that is another one, new or gone."""
    if analysis.language.name != "hcl" or analysis.broken:
        return []
    for edit in hunk.edits:
        tokens = (*edit.old, *edit.new)
        counted = all(token.role == "number" and token.text != "0" for token in tokens)
        line = (hunk.old if edit.old else hunk.new).lines[tokens[0].line].lstrip()
        decides = any(Where.CONDITION in token.where for token in tokens)
        if not decides or (counted and line.startswith("count")):
            continue
        before, after = both_sides(EditContext(edit, hunk))
        if before and after:
            return [Effect("condition-changed", before, after)]
        if after:
            return [Effect("condition-added", new=after)]
        return [Effect("check-removed", old=before)]
    return []


def text_effects(hunk: HunkEdits) -> list[Effect]:
    """What the lines of a hunk say by themselves, one effect for each difference."""
    return [other_effect(EditContext(edit, hunk)) for edit in hunk.edits]
