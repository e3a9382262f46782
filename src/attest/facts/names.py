"""The names that a hunk gives reason to look for: of the definition that it changes, and of
those that it takes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.syntax.languages import Language
from attest.facts.lines import defined_by, is_code
from attest.questions.compose import HunkQuestions
from attest.text import lazy, word_set

MOST_REMOVED = 4
"""Names of one hunk that are looked for as removed."""

_LOOKED_FOR = lazy(r"^[^\W\d]\w{3,59}[!?]?$")
_JOINT = lazy(r"[A-Za-z0-9]_[A-Za-z0-9]|[a-z0-9][A-Z]|[A-Z][A-Z][a-z]")
"""What joins two words in a name."""
_LONG_OPTION = lazy(r"(?<![\w-])--[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?![\w-])")
_DEFINES = word_set("function-added function-removed")
_REMOVAL = frozenset(("function-removed",))
_WITHOUT_EFFECT = word_set(
    "prose comment white-space layout version import-changed unread moved comment-text file-mode"
)
_GENERIC = word_set(
    "tostring to_string to_str to_json tojson from_json fromjson from_str to_dict from_dict "
    "hashcode equals setup set_up setupclass teardown tear_down teardownclass compareto "
    "get_name getname set_name setname get_value getvalue set_value setvalue getinstance "
    "get_instance as_str as_ref as_mut into_iter deref_mut to_owned main_loop for_each "
    "foreach on_error onerror add_argument addeventlistener readline read_line write_all "
    "method_missing respond_to? before_action after_action is_empty isempty is_valid isvalid "
    "get_data getdata do_get do_post error_code default_value next_line beforeeach aftereach "
    "is_some is_none unwrap_or"
)
"""Names of two words that are as common as one: of standard libraries and test frameworks."""


_IMPORT_NAMES = word_set("python javascript typescript tsx")


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition that a hunk changes.

    Args:
        name: its own name, without those around it.
    """

    name: str

    @property
    def distinctive(self) -> bool:
        """Whether the name stands for one thing wherever it occurs; a single word may stand
        for anything."""
        return is_distinctive(self.name)


def is_distinctive(name: str) -> bool:
    """Whether a name is made of two words or more, and is none of a standard library."""
    bare = name.strip("_")
    return bool(_JOINT.search(bare)) and len(bare) >= 6 and bare.lower() not in _GENERIC


def is_name(name: str) -> bool:
    """Whether a text is a name that can be looked for: four letters at least, no marks but the
    last one of Ruby, Elixir and Julia, and none that a language gives a meaning (`__init__`)."""
    return bool(_LOOKED_FOR.fullmatch(name)) and not name.startswith("__")


def changed(hunk_questions: HunkQuestions) -> Definition | None:
    """The definition that a hunk changes; None where there is none that can be looked for."""
    analysis = hunk_questions.analysis
    effect = analysis.effects[0]
    if effect.kind in _WITHOUT_EFFECT or not analysis.parsed or analysis.broken:
        return None
    if analysis.language.sort != "code" or analysis.language.test:
        return None
    if not is_code([*analysis.old, *analysis.new]):
        return None
    kinds = {one.kind for one in analysis.effects}
    takes = next((one.name for one in analysis.effects if one.kind == "parameter-changed"), None)
    scope = tuple(takes.split(".")) if takes and "." in takes else analysis.scope
    name = scope[-1] if scope else ""
    if len(scope) > 1 and scope[-2] == name:
        return None  # a constructor, which is used by the name of its type
    new = effect.kind == "function-added"
    if new:
        name = effect.name.rpartition(".")[2]
    elif kinds & _DEFINES:
        return None  # the hunk is made of definitions, and in none of them
    if not is_name(name) or not (is_distinctive(name) or _is_imported(name, scope, analysis)):
        return None
    return Definition(name)


def _is_imported(name: str, scope: Sequence[str], analysis: HunkAnalysis) -> bool:
    """Whether whoever uses a name of one word has it in an import of its own."""
    return len(scope) == 1 and len(name) >= 5 and analysis.language.name in _IMPORT_NAMES


def removed_names(hunk_questions: HunkQuestions) -> list[str]:
    """The names of definitions that a hunk takes out and does not put in again."""
    analysis = hunk_questions.analysis
    if analysis.language.test or analysis.language.sort != "code":
        return []
    names = [
        effect.name.rpartition(".")[2]
        for effect in analysis.effects
        if effect.kind in _REMOVAL and effect.old and not effect.new
    ]
    names += _defined(analysis.old, analysis.language)
    new = "\n".join(analysis.new)
    removed = [name for name in dict.fromkeys(names) if is_name(name) and name not in new]
    return [name for name in removed if is_distinctive(name)][:MOST_REMOVED]


def removed_options(hunk_questions: HunkQuestions) -> list[str]:
    """The options of a command line (`--some-option`) that a hunk takes out."""
    analysis = hunk_questions.analysis
    if analysis.language.test or analysis.language.sort != "code":
        return []
    old, new = (set(_LONG_OPTION.findall("\n".join(side))) for side in (analysis.old, analysis.new))
    return sorted(option for option in old - new if len(option) >= 8)[:MOST_REMOVED]


def _defined(lines: Sequence[str], language: Language) -> list[str]:
    """The names that lines of code define with a word of their language."""
    return [name for line in lines[:400] if (name := defined_by(line, language.name))]
