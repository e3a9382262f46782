"""A fact that the clone knows is shown with its question, and signed with the answers."""

from __future__ import annotations

from support.repo import Repo

OLD = "def pay_bill(user, sum):\n    if sum > user.limit:\n        raise TooMuch\n    return sum\n"
NEW = OLD.replace("pay_bill", "settle_bill")
FACT = "`pay_bill` is taken out here and still named in `shop.py:3`."
QUESTION = "What does that line find now?"


def with_user(repo: Repo) -> None:
    repo.write("pay.py", OLD)
    repo.write("shop.py", "import pay\n\npay.pay_bill(user, 3)\n")
    repo.commit("shop")
    repo.write("pay.py", NEW)


def test_a_file_has_the_fact_of_a_staged_change(repo: Repo) -> None:
    with_user(repo)
    (hunk,) = repo.template()["hunk"]
    assert (hunk["fact"], hunk["breaks-question"]) == (FACT, QUESTION)


def test_a_file_has_the_fact_of_a_commit(repo: Repo) -> None:
    with_user(repo)
    repo.git("commit", "-q", "--no-verify", "-m", "Settle bills")
    (hunk,) = repo.template("HEAD")["hunk"]
    assert (hunk["fact"], hunk["breaks-question"]) == (FACT, QUESTION)
