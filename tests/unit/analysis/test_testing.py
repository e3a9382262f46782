"""Which files are tests of a framework that is known."""

from __future__ import annotations

import pytest

from attest.analysis import testing
from attest.analysis.syntax.tokens import Side


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("x = 1\n\timport pytest\n", True),
        ("x = 1; import pytest\n", False),  # not where a line begins
        ("// TEST(Suite, name)\n", False),
        ("  TEST_F(Suite, name) {\n", True),
        ("const t = std.testing;\n", True),
        ("x" * 300 + " std.testing.expect(true)\n", True),
        ("mystd.testing\n", False),
        ("std.testings\n", False),
    ],
)
def test_a_file_is_known_by_its_lines(text: str, known: bool) -> None:
    side = Side(text, [], True)
    for _ in range(2):  # it is remembered
        assert (side.has_line(testing._FRAMEWORK.match) or side.has(testing._ZIG)) is known
