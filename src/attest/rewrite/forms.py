"""The questions about commits, or whole branches, and the facts that go with them."""

from __future__ import annotations

from collections.abc import Sequence

from attest.answers.answers import Answers
from attest.attesting import earlier
from attest.facts import search
from attest.facts.search import Attested, FactSearch
from attest.git import commit_object
from attest.git.hunk_view import FileLines
from attest.interview.form import QuestionForm
from attest.project.session import Session
from attest.questions.compose import HunkQuestions
from attest.rewrite.review import UnattestedCommit


def compose_forms(
    session: Session, todo: Sequence[UnattestedCommit]
) -> tuple[list[QuestionForm], tuple[FactSearch, ...]]:
    """Each hunk that is asked about once, however many commits make it; and what knows facts
    about them."""
    searches = []
    around = FileLines(session.isolated)
    rules, forms = session.rules, dict[str, QuestionForm]()
    for commit in todo:
        questions = rules.chooser.choose(commit.change)
        facts = session.isolated.hold(_facts(session, commit, questions))
        searches.append(facts)
        for hunk_questions in questions:
            digest = hunk_questions.hunk.digest
            if digest not in forms:
                answers = session.store.answers(digest) or commit.answers.get(digest) or Answers()
                forms[digest] = QuestionForm.of(
                    hunk_questions,
                    0,
                    0,
                    answers,
                    hunk_questions.requirements,
                    commit.title,
                    strict=rules.strict,
                    facts=facts,
                    around=around,
                )
    for number, form in enumerate(forms.values(), 1):
        form.number, form.total = number, len(forms)
    if todo:
        last = commit_object.parse(session.isolated.commit(todo[-1].oid), todo[-1].oid)
        earlier.offer(session, list(forms.values()), _standing_tips(todo), last.tree)
    return list(forms.values()), tuple(searches)


def _standing_tips(todo: Sequence[UnattestedCommit]) -> list[str]:
    """The commits from which on hunks stand beside those that are asked about. The commits of a
    branch that is answered for as a whole have none of their own."""
    bases = [one.unit.branch.merge_bases[0] for one in todo if one.unit is not None]
    return bases or ["HEAD", *(one.oid for one in todo)]


def _facts(
    session: Session, commit: UnattestedCommit, questions: Sequence[HunkQuestions]
) -> FactSearch:
    """What this clone knows about a commit's hunks."""
    parsed_commit = commit_object.parse(session.isolated.commit(commit.oid), commit.oid)
    attested = search.of_commit(parsed_commit, commit.change)
    unit = commit.unit
    if unit is not None:
        # Of several commits, no message is about the whole difference.
        message = attested.message if len(unit.branch.commits) == 1 else ""
        base = unit.branch.merge_bases[0]
        attested = Attested(commit.change, unit.branch.new, base, message)
    return FactSearch(session.repository, attested, questions)
