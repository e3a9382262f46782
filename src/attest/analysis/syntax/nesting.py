"""Which files nest too deep for the scanner of their grammar.

Some grammars have a scanner of their own, in C, with a stack of fixed size, and some of them end
the whole process when a file nests deeper. So such files are recognised by their text, before a
grammar sees them.
"""

from __future__ import annotations

from attest.analysis.syntax.languages import Language
from attest.text import lazy

MAX_TEMPLATES = 200
"""Places in the strings of a file that hold code, in languages that nest them."""
MAX_HEREDOCS = 1_000
"""Here-documents of a script of the shell. Its grammar looks at each one that is open, at the end
of each line: ten times as many that nothing closes take a hundred times as long. People write some
hundreds."""
_DEEP_LAYOUT = lazy(r"\A[ \t]{120}|(?:[-?>*+] ){40}|(?:[\[{] ?){60}")
"""A line of a language of indentation: 120 columns of it, 40 list marks or 60 brackets in a row."""
_LEAST_DEEP = 60
"""Characters of the shortest line that this can be. Few have so many, and to look at the others
takes ten times as long as to find that."""
_MANY_HEREDOCS = lazy(
    r"<<[-~]?[\"'`]?\w(?:\w{99}|[^\n]{0,200}?(?:<<[-~]?[\"'`]?\w[^\n]{0,200}?){7})"
)
"""Here-documents: a mark of 100 letters, or 8 of them that begin on one line. What both have in
common comes first: so a text is searched for it at once, and not tried at each letter."""


def is_too_deep(text: str, language: Language) -> bool:
    """Whether a file nests deeper than the scanner of its grammar can bear."""
    name = language.name
    if name in ("yaml", "haskell", "markdown"):
        lines = (line for line in text.split("\n") if len(line) >= _LEAST_DEEP)
        return any(map(_DEEP_LAYOUT.search, lines))
    if name == "bash" and text.count("<<") > MAX_HEREDOCS:
        return True
    if name in ("ruby", "bash", "php"):
        return bool(_MANY_HEREDOCS.search(text))
    return name in ("kotlin", "swift", "scala", "dart") and text.count("${") > MAX_TEMPLATES
