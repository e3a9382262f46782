"""What a hook does where a part of attest turns out to be missing only once it works."""

from __future__ import annotations

import pytest

from attest.errors import Exit
from attest.hook.guard import guarded


def _late() -> int:
    import a_package_that_nobody_has  # type: ignore[import-not-found]  # noqa: F401

    return Exit.FINDINGS


@pytest.mark.parametrize("code", [Exit.OK, Exit.FINDINGS])
def test_a_part_that_is_missing_late_ends_as_the_hook_says(
    capsys: pytest.CaptureFixture[str], code: Exit
) -> None:
    assert guarded(_late, "this is a bug", failure_code=code) == code
    reply = capsys.readouterr().err
    assert "not installed completely: No module named 'a_package_that_nobody_has'" in reply
    assert "Traceback" not in reply
    assert "this is a bug" not in reply
