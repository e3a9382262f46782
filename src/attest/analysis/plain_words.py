"""Words of a comment that no tool reads: a sentence, and nothing else."""

from __future__ import annotations

from attest.text import lazy

_WORD = lazy(
    r"[A-Z]?[a-z\u00df-\u00f6\u00f8-\u00ff]+('[a-z]+)?|[0-9]+|[AI]"
    r"|[\u00c0-\u00d6\u00d8-\u00de\u0100-\u024f\u0370-\u03ff\u0400-\u04ff]"
    r"[\u00df-\u00f6\u00f8-\u00ff\u0100-\u024f\u0370-\u03ff\u0400-\u04ffa-z]*"
    r"|[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+"
)
"""A word of a sentence, by ranges and not by a Unicode table: tables differ between
versions of Python. What has capitals inside, a digit or a mark may be the name of a rule
of some tool."""
_BETWEEN = lazy(r"[ ]|, |\. |\.|; |\?|\? ")
COMMAND = lazy(
    r"(?i)allow(list)?|(auto)?generated?|break|cover(age)?|defaults?|(dis|en)abled?|"
    r"(ex|in)clude|exempt|expect(ed|s)?|exported|falls?|ggignore|globals?|lgtm|"
    r"fallth(rough|ru)|format(ter)?|ignore[ds]?|import|inline|keep|lint(er)?|"
    r"no(build|check|cover|format|inspection|lint|pep|qa|sec|sem|sonar|verify|warn)[a-z]*|"
    r"output|pragma|preserve|pure|(end)?region|skip(cq)?|suppress|(es|[tj]s?)lint|unordered|unreachable|"
    r"unused|using|volatile|whitelist"
)
"""Words that tools look for in comments without any mark beside them. The list need not
be complete for safety alone: a comment of one word is never plain either."""


def is_plain(words: str) -> bool:
    """Whether these are two words or more of a sentence, which no tool reads."""
    return is_sentence(words) and " " in words.strip() and not _TAG.match(words)


_TAG = lazy(r"(if|for|else|elif|end\w*|set|block|macro|raw|include|extends)\b")
"""Words with which a line of a template may begin, where comments are its tags."""


def is_sentence(words: str) -> bool:
    """Whether these are plain words with the marks of a sentence between them; linear."""
    at = 0
    while at < len(words):
        word = _WORD.match(words, at)
        if word is None or COMMAND.fullmatch(word[0]):
            return False
        at = word.end()
        between = _BETWEEN.match(words, at)
        if between is None and at < len(words):
            return False
        at = between.end() if between else at
    return True
