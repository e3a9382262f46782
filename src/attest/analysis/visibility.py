"""Whether others can use a definition: then taking it away breaks what the project promises."""

from __future__ import annotations

import re
from dataclasses import replace

from attest.analysis.effects import Effect
from attest.analysis.hunk_analysis import HunkAnalysis


def with_visibility(effect: Effect, analysis: HunkAnalysis) -> Effect:
    """An effect, as a change of the public interface where it is one."""
    exported = _exported_name(effect.old) if effect.kind == "code-removed" else ""
    if exported:
        return replace(effect, kind="public-api", name=exported)
    removed = effect.kind == "function-removed"
    if removed and _is_public(effect.old, effect.name, analysis.language.name):
        return replace(effect, kind="public-api")
    return effect


def _exported_name(line: str) -> str:
    """The name that an exported definition gives a value to; empty where the line is not
    one."""
    head, equals, _ = line.partition("=")
    name = head.partition(":")[0].rstrip()
    words = re.findall(r"\w+", name)
    if not equals or len(words) < 2 or words[0] not in ("export", "pub", "public"):
        return ""
    return words[-1] if name.endswith(words[-1]) else ""


def _is_public(head: str, name: str, language: str) -> bool:
    """Whether the head of a definition lets others use it, by its language's rule."""
    last = name.rpartition(".")[2]
    if language == "go":
        return last[:1].isupper()
    if language in ("rust", "zig"):
        return "pub" in head
    if language in ("javascript", "typescript", "tsx"):
        return "export" in head
    if language == "elixir":
        return "defp" not in head
    if re.search(r"\b(private|protected|internal|static|fileprivate)\b", head):
        return "public" in head
    return not any(part.startswith("_") for part in name.split("."))
