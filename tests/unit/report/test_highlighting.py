"""The lexer for a file's name, with Python's own matcher as the oracle."""

from __future__ import annotations

import fnmatch

from pygments import lexers

from attest.report.highlighting import fits_pattern

NAMES = ["", "a", "a.py", "Makefile", "makefile.old", "A.PY", "a.php5", "x.1", "*.py", "[a].py"]
OWN = ["*", "**", "?.py", "a.p[xy]", "*[a].py", "*.py", "a.py", "*a", "**.py", "[[]a].py", "["]


def test_a_name_fits_where_pythons_matcher_says_so() -> None:
    known = {one for _, _, patterns, _ in lexers.get_all_lexers(plugins=False) for one in patterns}
    fitting = 0
    for pattern in [*sorted(known), *OWN]:
        for name in [*NAMES, pattern, pattern.replace("*", "x\n"), f"x{pattern}", f"{pattern}x"]:
            fits = fits_pattern(name, pattern)
            assert fits is fnmatch.fnmatchcase(name, pattern), (name, pattern)
            fitting += fits
    assert fitting > 2 * len(known) > 1000
