"""What a policy says, in words: for `attest policy explain`, for contributors, and for
the section in CONTRIBUTING."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest.policy.model import Disclosure, Exemption, OwnQuestion, Policy
from attest.policy.severities import FIXED
from attest.report.findings import DEFAULT_BRANCH, commands

BEGIN, END = "<!-- attest: begin -->", "<!-- attest: end -->"

_QUESTIONS = {
    "invariant": "which invariant it keeps",
    "breaks": "what breaks if it is removed",
}
_TREATMENT_WORDS = {
    "ask": "asked about like any other",
    "cover": "signed, but not asked about",
    "ignore": "left out",
}


def sentences(policy: Policy) -> list[str]:
    """What a policy wants of contributors, in complete sentences."""
    return [
        *_scope(policy),
        *_question_lines(policy),
        *_level(policy),
        *_keys(policy),
        *(disclosed(policy.disclosure) if policy.discloses else []),
        *_exemption_lines(policy),
        *_findings(policy),
    ]


def _join(words: Sequence[str], last: str = "and") -> str:
    *head, tail = words
    return f"{', '.join(head)} {last} {tail}" if head else tail


def _quote_all(words: Sequence[str]) -> str:
    return _join([f"`{word}`" for word in words])


def _scope(policy: Policy) -> Iterator[str]:
    if policy.mode == "advisory":
        until = "" if policy.advisory_until is None else f"Until {policy.advisory_until}, "
        sentence = "the check only reports: nothing fails because of it."
        yield until + sentence if until else sentence.capitalize()
    yield from _start(policy)
    if policy.branches == "all":
        yield "From the default branch, these rules apply to branches without a policy, too."
    subject = (
        "Each change" if policy.paths == ["*"] else f"Each change of {_quote_all(policy.paths)}"
    )
    exception = f", but for {_quote_all(policy.ignore)}," if policy.ignore else ""
    yield f"{subject}{exception} needs a signed attestation by its author."
    if policy.lock_files == "ignore":
        yield "Lock files are signed, but not asked about; those in ignored paths are left out."
    else:
        yield f"Lock files are {_TREATMENT_WORDS[policy.lock_files]}."
    if policy.unit == "pull-request":
        yield "One attestation covers the whole difference of a pull request, not each commit."
    if policy.generated == policy.vendored:
        yield f"Generated and vendored files are {_TREATMENT_WORDS[policy.generated]}."
    else:
        yield f"Generated files are {_TREATMENT_WORDS[policy.generated]}."
        yield f"Vendored files are {_TREATMENT_WORDS[policy.vendored]}."
    yield {
        "attest": "What a merge commit adds to git's own merge is attested like any other change.",
        "clean": "A merge commit must not add anything to git's own merge.",
        "forbid": "Merge commits are not allowed; rebase branches instead.",
    }[policy.merges]
    if policy.reverts == "accept":
        yield "A clean revert of the commit that its message names needs no attestation."


def _start(policy: Policy) -> Iterator[str]:
    if isinstance(policy.enforce_from, str):
        yield (
            f"Branches that do not contain the commit {policy.enforce_from[:10]} are only reported."
        )
    elif policy.enforce_from is not None:
        yield f"Pull requests that were opened before {policy.enforce_from} are only reported."


def _question_lines(policy: Policy) -> Iterator[str]:
    questions = policy.questions
    names = _join([_QUESTIONS[label] for label in questions.standing])
    hunks = "1 hunk" if questions.most == 1 else f"{questions.most} hunks"
    yield f"For each hunk that you are asked about, say {names}."
    unit = "pull request" if policy.unit == "pull-request" else "commit"
    yield f"You are asked about at most {hunks} per {unit}, the riskiest first."
    for question in policy.question:
        if question.ask is None:
            continue
        scope = "" if question.paths == ["*"] else f" about {_quote_all(question.paths)}"
        if question.kinds:
            scope += f", of the kind {_join([f'`{k}`' for k in question.kinds], 'or')}"
        if question.pattern:
            scope += f", in lines with `{question.pattern}`"
        yield f"The project asks its own question{scope}: {question.ask}"
    for wish, names in (("ask", "asked about"), ("cover", "signed, but not asked about")):
        kinds = [kind for kind, setting in questions.kinds.items() if setting == wish]
        if kinds:
            yield f"Changes of the kind {_join([f'`{k}`' for k in kinds], 'or')} are {names}."
    if questions.least_words > 1:
        yield f"An answer needs at least {questions.least_words} words."
    for table in policy.question:
        yield from _answers(table)
    if questions.unsure:
        yield "Saying what you are not sure of counts as an answer."
    else:
        yield "Each question needs an answer; saying that you are not sure is not enough."


def _answers(table: OwnQuestion) -> Iterator[str]:
    """What counts as an answer about the hunks of a table."""
    where = "For each hunk"
    if table.paths != ["*"]:
        where += f" of {_quote_all(table.paths)}"
    if table.kinds:
        where += f", if the change is of the kind {_join([f'`{k}`' for k in table.kinds], 'or')}"
    if table.standing is not None:
        what = _join([_QUESTIONS[label] for label in table.standing])
        yield f"{where}: say {what}."
    if table.least_words is not None:
        words = "1 word" if table.least_words == 1 else f"{table.least_words} words"
        yield f"{where}: an answer needs at least {words}."
    if table.unsure is not None:
        counts = "counts as an answer" if table.unsure else "is not enough"
        yield f"{where}: saying that you are not sure {counts}."


def _level(policy: Policy) -> Iterator[str]:
    if policy.level == "exact":
        yield "A commit must be exactly what was attested: after a rebase, attest it again."
    else:
        yield "An attestation survives a rebase as long as no hunk changes."
    for one in policy.require:
        scope = _quote_all(one.paths)
        if one.level == "exact" and policy.level != "exact":
            yield f"A commit that changes {scope} must be exactly what was attested."
        if one.presence is not None:
            presence = "a touch" if one.presence == "touch" else "a touch and a PIN"
            yield f"Changes to {scope} must be signed with a listed security key, with {presence}."


def _keys(policy: Policy) -> Iterator[str]:
    if policy.sign_off == "required":
        yield "Each commit has a line `Signed-off-by: NAME <ADDRESS>`, with its author's address."
    if policy.project is not None:
        yield f"An attestation is valid for the project `{policy.project}` only."
    if policy.signers.rsa_bits != 3072:
        yield f"RSA keys need at least {policy.signers.rsa_bits} bits."


def disclosed(rules: Disclosure) -> Iterator[str]:
    """How the assistance of tools is disclosed."""
    names = _join([f"`{name}: …`" for name in rules.trailers], "or") if rules.trailers else ""
    none = ""
    if rules.none is not None and rules.trailers:
        none = f"; `{next(iter(rules.trailers))}: {rules.none}` says that none was used"
    if rules.assistance == "forbidden":
        yield f"Changes written with the assistance of AI tools are not allowed{none}."
    elif rules.assistance == "required":
        yield f"Each commit names the AI tool that was used, in a line {names}{none}."
    elif names:
        yield f"If you used an AI tool to write a change, say so in a line {names}{none}."
    for name, pattern in rules.trailers.items():
        if pattern != ".+" and rules.assistance != "forbidden":
            yield f"The value of `{name}` must match the pattern `{pattern}`."
    if rules.example is not None:
        yield f"Example: `{rules.example}`."
    for name, pattern in rules.forbidden.items():
        like = "" if pattern == ".*" else f" with a value like `{pattern}`"
        yield f"No commit may have a line `{name}:`{like}."
    if rules.human:
        yield f"Only people may add {_quote_all(rules.human)}, never a tool."
    if rules.agents:
        patterns = _join([f"`{pattern}`" for pattern in rules.agents], "or")
        yield f"A name that has a part like {patterns} is a tool's."


def _exemption_lines(policy: Policy) -> Iterator[str]:
    for one in policy.exempt:
        yield _exemption(one)


def _exemption(one: Exemption) -> str:
    signers = []
    if one.commits is not None:
        least = "a commit" if one.commits == 1 else f"{one.commits} commits"
        signers.append(
            f"by authors who have {least} or more in the base, by a verified key or login,"
        )
    if one.bot is not None:
        signers.append(f"of {one.bot} in a pull request that it opened")
    if one.signers:
        signers.append(f"signed with a key of {_quote_all(one.signers)} that the project lists")
    if one.actors:
        signers.append(f"of a run that CI names {_quote_all(one.actors)}")
    authors = [f"`{author}`" for author in one.authors]
    author = f" with the author {_join(authors, 'or')}" if authors else ""
    paths = f" that change only {_quote_all(one.paths)}" if one.paths else ""
    reason = f" ({one.reason})" if one.reason else ""
    return f"Commits{author}{paths} {_join(signers, 'or')} need no attestation{reason}."


def _findings(policy: Policy) -> Iterator[str]:
    for severity in ("warning", "error"):
        codes = [code for code, setting in policy.findings.items() if setting == severity]
        if codes:
            are = f"is an {severity}" if severity == "error" else f"is a {severity}"
            yield f"{_quote_all(codes)} {are if len(codes) == 1 else f'are {severity}s'}."
    assert not FIXED & set(policy.findings), policy.findings


INSTALL = "pipx install "
_RULES = "The rules:"


def agrees(section: str, policy: Policy) -> bool:
    """Whether a section says what the policy does; how to install attest, and what the
    project's branch is called, no policy says."""
    *_, rules_text = section.partition(f"\n{_RULES}\n")
    *_, expected = contributing(policy).partition(f"\n{_RULES}\n")
    return rules_text.strip() == expected.strip()


def contributing(policy: Policy, branch: str = DEFAULT_BRANCH, source: str = "") -> str:
    """The section for CONTRIBUTING.md, between its markers.

    Args:
        branch: what changes are for.
        source: what to give to `pipx install`, quoted; empty where nobody knows.
    """
    install = [f"{INSTALL}{source}"] if source else []
    lines = [
        BEGIN,
        "## Answer for your change",
        "",
        "Whoever submits a change here answers for it, with attest. Run this once in your clone:",
        "",
        "```sh",
        *install,
        "attest init",
        "```",
        "",
        "Then commit and push as usual. attest asks you about what you changed, signs your",
        "answers with your SSH key and puts them into the commit message. CI checks them with",
        "`attest check`. If that check is red: in a clone of your fork, on the branch of the pull",
        "request,",
        "",
        "```sh",
        *commands(branch),
        "```",
        "",
        _RULES,
        "",
        *(f"- {sentence}" for sentence in sentences(policy)),
        *(f"- Read {document} first." for document in policy.read),
        "",
        "It is about accountability: nothing here detects how a change was written, and",
        "honest doubt is welcome.",
        END,
    ]
    return "\n".join(lines) + "\n"
