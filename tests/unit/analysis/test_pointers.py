"""What Git LFS keeps is asked about by the name and the size of its file."""

from __future__ import annotations

import pytest

from attest.analysis import pointers
from support.repo import Repo

START = "version https://git-lfs.github.com/spec/v1\n"


def pointer(size: int, digit: str = "a") -> str:
    return f"{START}oid sha256:{digit * 64}\nsize {size}\n"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (pointer(12_345), 12_345),
        (pointer(0).rstrip("\n"), 0),
        (f"{START}ext-0-case sha256:{'b' * 64}\noid sha256:{'a' * 64}\nsize 7\n", 7),
        ("", 0),
        (pointer(1) + "import os\n", None),
        ("import os\n" + pointer(1), None),
        (pointer(1).replace("v1", "v2"), None),
        (pointer(1, "A"), None),
        (START + "x" * 2000, None),
    ],
)
def test_a_pointer_is_known_by_its_whole_text(data: str, size: int | None) -> None:
    assert pointers.size(data.encode()) == size


def asked(repo: Repo) -> list[str]:
    return [hunk["invariant-question"] for hunk in repo.template()["hunk"]]


def test_name_and_size_are_asked_about(repo: Repo) -> None:
    repo.write("art/model.bin", pointer(12_345))
    (question,) = asked(repo)
    assert "`art/model.bin` (12 KB, new)" in question
    repo.attested("Model")
    repo.write("art/model.bin", pointer(3_400_000, "b"))
    (question,) = asked(repo)
    assert "`art/model.bin` (3.4 MB, was 12 KB)" in question
    assert "oid" not in question
    repo.attested("Larger model")
    repo.git("rm", "-q", "art/model.bin")
    (question,) = asked(repo)
    assert "`art/model.bin` (removed, was 3.4 MB)" in question


@pytest.mark.parametrize("name", ["a.csv", "page.html", "script.py", "settings.json"])
def test_the_sort_of_the_file_makes_no_difference(repo: Repo, name: str) -> None:
    repo.write(name, pointer(999))
    (question,) = asked(repo)
    assert f"`{name}` (999 bytes, new)" in question


def test_code_in_place_of_a_pointer_is_read(repo: Repo) -> None:
    repo.write("b.py", pointer(12_345))
    repo.attested("Pointer")
    repo.write("b.py", "import os\nos.system(input())\n")
    assert "12 KB" not in " ".join(asked(repo))
