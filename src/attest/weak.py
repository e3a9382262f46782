"""Answers that say nothing of their change: rules with a name, a reason and a remedy
(docs/questions.md, "Answers").

The rules look at words alone, in any language; they judge no person, and no way of
writing. What they cannot judge, they let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from attest import text

Rule = Literal[
    "too-short", "repeats-question", "repeats-code", "same-answer", "filler", "unrelated"
]

FEWEST = 3
"""Words below which an answer says too little."""
MUCH = 40_000
"""Characters of code that are compared with an answer."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPECIFIC = re.compile(
    r"`[^`]+`|\d|[A-Za-z]\w*_\w|[a-z][A-Z]|[A-Z]{2,}|\w\(|\w::\w|\w\.\w|--\w|[\w.]/\w|[<>=!]=|"
    r"<\w|\w\["
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ENGLISH = _set("""
    the a an is are was were be been it its this that these those to of in on for and or not no
    with without when if then than so as at by from would will can could should must may might has
    have had do does did there here which who what they them their we you i he she but because
    since while also now only just still any all every each some such other
""")
"""Words that carry no meaning by themselves; where many of them stand, it is English."""

_GENERIC = _set("""
    modification modifications inconsistent taken depending processed validated validates validate
    sync successfully successful completes complete produces produce deterministic well defined
    safeguard safeguards protects protect protected conditions encounter given action actions
    requested missing because internal always never guarantee operate correctness semantics
    original accurate desired available end complexity reduce reduces reducing contributors
    explicit default-safe aligned aligns align conventions convention resilient intuitive adheres
    adhere vulnerabilities vulnerability regressions regression dependable lifecycle predictable
    developer work works working fine ok okay good better best well nice great fix fixes fixed
    fixing bug bugs issue issues problem problems error errors improve improves improved improving
    improvement improvements readability maintainability performance quality clean cleaner cleanup
    code codebase refactor refactors refactored refactoring update updates updated updating change
    changes changed changing add adds added adding addition remove removes removed removing make
    makes making made sure ensure ensures ensuring ensured proper properly correct correctly
    correctness right robust robustness reliable reliability reliably stable stability consistent
    consistency consistently function functions functionality feature features functional logic
    behavior behaviour behaves behave expected expectation expectations intended intention needed
    necessary required requirement requirements important essential crucial critical key vital
    edge case cases handle handles handled handling handler support supports supported supporting
    implementation implement implements implemented implementing practice practices standard
    standards modern safe safer safely safety secure security efficient efficiently efficiency
    optimal optimize optimizes optimized simple simpler simplify simplifies simplified easy easier
    clear clearer clarity system application app program project software component components
    module modules part various several different scenario scenarios situation situations use user
    users using usage used uses overall general generally user-friendly experience seamless
    seamlessly smooth smoothly flexible flexibility scalable scalability extensible maintain
    maintains maintained maintainable maintaining keep keeps preserve preserves preserving
    existing current previous new old provide provides providing allow allows allowing enable
    enables enabling help helps helping prevent prevents preventing avoid avoids avoiding
    potential unexpected possible future potentially way ways thing things something anything
    everything nothing stuff yes none na done see above self explanatory self-explanatory obvious
    trivial minor just see code same as described description title commit pr diff review please
    tbd todo wip test tests testing tested pass passes passing lint linter ci build builds break
    breaks breaking broken fail fails failing failure failures incorrect incorrectly invalid
    unintended undefined integrity invariant hold holds held guarantee guarantees guaranteed value
    values data input inputs output outputs result results state states process processes
    processing flow operation operations method methods class classes object objects structure
    design pattern patterns architecture integrate integration appropriate appropriately adequate
    accurately accurate effectively effective comprehensive enhanced enhances enhance enhancement
    leverage leverages leveraging utilize utilizes streamlined streamline dependable condition
    conditions conditional certain specific relevant related regarding impact impacts affect
    affects aspects aspect approach solution intent purpose goal line lines hunk file files stop
    stops would could crash crashes runtime time up down out more less very much many lot really
    basically actually simply merely because throughout across whole entire entirety everywhere
    likely probably maybe lead leads cause causes causing result resulting ensures contract cannot
    can't won't doesn't don't isn't it's that's validity valid validation downstream upstream
    caller callers consumer consumers subsequent rely relies dependent depends graceful gracefully
    unpredictable predictable
""")
_FILLERS = re.compile(
    r"(n/?a|none|nothing|no|yes|tbd|todo|wip|idk|dunno|asdf\w*|test|foo|bar|lorem ipsum.*|"
    r"[.?!\-_ ]*|see (above|below|diff|code|commit|pr|title|description|issue)\b.*|"
    r"same( as (above|before))?|as above|ditto|self[- ]explanatory|obvious(ly)?|"
    r"it works( now)?|works now|"
    r"funktioniert( jetzt)?|siehe oben|keine ahnung|fehler behoben|rien|voir ci-dessus|"
    r"ça marche|corrige (le|un) bug|"
    r"nada|funciona( ahora)?|arregla (el|un) error|ver arriba|исправлено|исправляет баг|"
    r"работает|не знаю|"
    r"修复(了)?(一个)?(bug|问题|错误)?|无|没有|同上|正常工作|优化代码|"
    r"バグ修正|なし|動作します|특이사항 없음|없음|버그 수정)",
    re.IGNORECASE,
)
_BEHAVIOUR = _set("""
    raises raise raised throws thrown crash crashes crashed hang hangs hung deadlock deadlocks
    leak leaks leaked overflow overflows underflow truncated truncates truncate duplicate
    duplicates duplicated segfault segfaults panic panics panicked abort aborts infinite recursion
    stale race races dangling freed null nil none nan negative zero empty missing timeout timeouts
    blocks blocked loop loops compile compiles compiler warning warnings warn warns deprecated
    deprecation ignored dropped lost skipped swallowed escaped unescaped encoding unicode utf byte
    bytes windows linux macos mac solaris bsd msvc gcc clang mingw android ios browser browsers
    proxy locale timezone quadratic slow slower faster reserved overwritten overwrite overwrites
    uninitialized unreachable unused shadowed renders rendered twice backslash backtick backticks
    newline quote quotes lower upper whitespace blank leading trailing
""")
"""What programs do when they do wrong, and where: words that no filler has."""
_COMMON = _set("""
    retur value funct strin self this type types data name names list true false null none else
    case when if for new set get use call class def var let const int import from with not and the
    public static void struct file line test tests code chang make error objec array index item
    items key keys add args arg param optio len size result defau case check input outpu expec
    metho pass other same first last one two more work where that have will only also now each
    into then than them been does should would
""")


@dataclass(frozen=True, slots=True)
class Weakness:
    """What is wrong with an answer, in words, and what to do."""

    rule: Rule
    reason: str
    remedy: str


@dataclass(frozen=True)
class Context:
    """What an answer is about.

    Args:
        code: the changed lines, both sides.
        around: what is near them: path, scope, the lines before and after, and what
            else the commit changes.
        questions: what was asked.
    """

    code: str
    around: str = ""
    questions: Sequence[str] = field(default=())

    @cached_property
    def flat(self) -> str:
        """The code's words in their order."""
        return f" {' '.join(_plain(self.code[:MUCH]))} "

    @cached_property
    def near(self) -> frozenset[str]:
        """Stems of what stands in the code or near it."""
        return frozenset(_stems(f"{self.code[:MUCH]}\n{self.around[:MUCH]}")) - _COMMON


def weakness(said: str, context: Context) -> Weakness | None:
    """What is wrong with one answer by itself; the first rule that fits."""
    plain = _plain(said)
    if len(plain) > 1 and len(set(plain)) == 1:
        return _filler()
    bare = said.strip().strip(".!?…。 ").lower()
    if _FILLERS.fullmatch(bare):
        return _filler()
    if text.words(said) < FEWEST and not _names(said, context):
        return Weakness(
            "too-short",
            "it is too short to say what holds",
            "Say in a sentence what is true, and for whom.",
        )
    if any(_repeats(plain, _plain(question)) for question in context.questions):
        return Weakness(
            "repeats-question",
            "it repeats the question",
            "Say what you know that the question does not.",
        )
    if _copied(plain, context):
        return Weakness(
            "repeats-code",
            "it repeats the code",
            "Say why the code is so, not what it is.",
        )
    content = [word for word in plain if word not in _ENGLISH]
    if _is_english(plain) or all(word in _GENERIC or word in _ENGLISH for word in plain):
        telling = [word for word in content if word not in _GENERIC]
        if not telling and not _SPECIFIC.search(said):
            return _filler()
        if not _belongs(content, context):
            return Weakness(
                "unrelated",
                "nothing in it belongs to this change: no name, no value, no behaviour",
                "Name what the change is about: a function, a value, an input, what happens.",
            )
    return None


def alike(said: str, other: str) -> bool:
    """Whether two answers are the same, whatever their marks and capitals."""
    first, second = (_WORD.findall(answer.casefold()) for answer in (said, other))
    return bool(first) and first == second


SAME = Weakness(
    "same-answer",
    "the same answer is given elsewhere",
    "Say what differs here; or say in which way it is the same thing.",
)


def _filler() -> Weakness:
    return Weakness(
        "filler",
        "it would fit any change",
        "Say what would go wrong here without it, or what is true here because of it.",
    )


def _plain(value: str) -> list[str]:
    """The words of a text, names taken apart, in lower case."""
    return [piece.lower() for word in _WORD.findall(value) for piece in _CAMEL.split(word) if piece]


def _stems(value: str | Iterable[str]) -> Iterator[str]:
    """Beginnings of words, so that `validated` and `validates` are one."""
    for word in _plain(value) if isinstance(value, str) else value:
        yield word[:5] if len(word) > 5 else word


def _names(said: str, context: Context) -> bool:
    return bool(_SPECIFIC.search(said)) and bool(set(_stems(said)) & context.near)


def _repeats(said: list[str], asked: list[str]) -> bool:
    """Whether all that is said was asked."""
    content = {word for word in said if word not in _ENGLISH}
    return bool(content) and content <= set(asked) and len(said) > 2


def _copied(said: list[str], context: Context) -> bool:
    """Whether nearly all of an answer stands in the code, in that order."""
    if len(said) < 2:
        return False
    if f" {' '.join(said)} " in context.flat:
        return True
    if len(said) < 5:
        return False
    runs = [f" {' '.join(said[n : n + 3])} " for n in range(len(said) - 2)]
    return sum(run in context.flat for run in runs) >= 0.8 * len(runs)


def _is_english(plain: Sequence[str]) -> bool:
    """Whether enough of its small words are English, and none of its letters is from
    another script."""
    known = sum(word in _ENGLISH for word in plain)
    return known >= 2 and known * 6 >= len(plain) and all(word.isascii() for word in plain)


def _belongs(content: Sequence[str], context: Context) -> bool:
    """Whether anything in an answer has to do with its change."""
    telling = _stems(word for word in content if word not in _GENERIC and len(word) > 1)
    if any(stem in context.near for stem in telling):
        return True
    return any(word in _BEHAVIOUR for word in content)
