"""The questions: the two standing ones, worded for a hunk, and a third where its
kind calls for one (docs/questions.md).

Every wording has a name, operator, value or line of the hunk in it. The third
question's words are part of the rules: the check makes them anew and compares.
"""

from __future__ import annotations

from dataclasses import dataclass

from attest import text
from attest.kinds import Kind
from attest.questions.facts import Fact

INVARIANT = "Which invariant does this hunk keep?"
BREAKS = "What breaks if it is removed?"
STANDING = {"invariant": INVARIANT, "breaks": BREAKS}
UNSURE = "What about it are you not sure of? (may stay empty)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about one hunk.

    Args:
        third: a question of its own; empty for most hunks.
    """

    invariant: str = INVARIANT
    breaks: str = BREAKS
    third: str = ""

    def wording(self, label: str) -> str:
        """The question behind a label of `answers.STANDING`."""
        return {"invariant": self.invariant, "breaks": self.breaks}[label]


@dataclass(frozen=True, slots=True)
class _Wording:
    """The wordings of a kind: where both sides are there, where the new one alone is,
    and where the old one alone is. `{old}`, `{new}`, `{name}` are quoted code, `{here}`
    is ` in SCOPE` or nothing."""

    both: tuple[str, str]
    new: tuple[str, str]
    old: tuple[str, str]
    third: str = ""


_CHANGED = (
    "{new} was {old}: what must hold{here} now that did not have to before?",
    "Put back to {old}, which input or which test would show it?",
)
_ADDED = (
    "{new} is new{here}: what holds now that did not before?",
    "Without {new}, which input or which caller would show it, and how?",
)
_REMOVED = (
    "{old} is gone{here}: what makes sure that nothing needs it?",
    "Put {old} back: what would go wrong, or be done twice?",
)
_NOTHING_TO_QUOTE = (
    "What must hold for {name} with this hunk that did not have to before?",
    "Without this hunk of {name}, which input, test or reader would show it?",
)
_ANY = _Wording(_CHANGED, _ADDED, _REMOVED)

_WORDINGS: dict[Kind, _Wording] = {
    "check-removed": _Wording(
        (
            "{old} is no longer checked{here}, {new} stands there: what holds without the check?",
            "With {old} back, what would it stop that should pass?",
        ),
        _ADDED,
        (
            "{old} is no longer checked{here}: what makes sure of it now?",
            "With {old} back, what would it stop that should pass?",
        ),
        "Which caller or input could still get there with {old} being true?",
    ),
    "condition-changed": _Wording(
        (
            "{new} was {old}: what must hold{here} behind it that did not have to before?",
            "Put back to {old}, which input or which test would show it?",
        ),
        (
            "{new} is part of the condition now{here}: what does it let through, and what not?",
            "Without {new}, which input would go the wrong way?",
        ),
        (
            "{old} is no longer part of the condition{here}: what holds without it?",
            "With {old} back, which input would go the wrong way?",
        ),
    ),
    "condition-added": _Wording(
        (
            "{new} is a condition{here} now, before it was {old}: what is true behind it?",
            "Without the condition {new}, which input goes wrong, and how?",
        ),
        (
            "{new} is checked{here} now: what is true behind it that was not before?",
            "Without the check {new}, which input goes wrong, and how?",
        ),
        _REMOVED,
    ),
    "early-return": _Wording(
        _CHANGED,
        (
            "{here_start} leaves early now if {new}: what may the rest rely on?",
            "Without it, what would the rest do if {new}?",
        ),
        _REMOVED,
    ),
    "null-handling": _Wording(
        (
            "{new} was {old}: when is there no value{here}, and what happens then?",
            "Put back to {old}, what fails where there is no value?",
        ),
        (
            "{new}: when is there no value{here}, and what happens then?",
            "Without {new}, what fails where there is no value?",
        ),
        (
            "{old} is gone{here}: why is there always a value now?",
            "With {old} back, what would differ?",
        ),
    ),
    "exception-raised": _Wording(
        (
            "{new} was {old}: what does it tell the caller{here} that it did not before?",
            "Put back to {old}, which caller would notice?",
        ),
        (
            "{new}: which state or input must never get past it{here}?",
            "Without {new}, where would the fault show up instead?",
        ),
        _REMOVED,
    ),
    "exception-removed": _Wording(
        _CHANGED,
        _ADDED,
        (
            "{old} is gone{here}: what happens now in the case that it was for?",
            "With {old} back, which caller would fail?",
        ),
        "Who relied on {old} to notice the fault?",
    ),
    "exception-caught": _Wording(
        (
            "{new} was {old}: which failures are dealt with{here} now, and which pass on?",
            "Put back to {old}, which failure would go unnoticed or end the program?",
        ),
        (
            "{new}: which failure is expected{here}, and what state is left behind it?",
            "Without {new}, who would see the failure, and how?",
        ),
        (
            "{old} is gone{here}: who deals with that failure now?",
            "With {old} back, what would be hidden?",
        ),
    ),
    "exception-swallowed": _Wording(
        _CHANGED,
        (
            "{new} lets a failure pass in silence{here}: why is it safe to go on?",
            "Without {new}, which failure would show, and to whom?",
        ),
        _REMOVED,
        "How would somebody notice if what {new} hides were a real fault?",
    ),
    "default-changed": _Wording(
        (
            "{new} was {old}: what must hold for callers{in_name} that do not pass it?",
            "Put back to {old}, which caller would behave otherwise?",
        ),
        (
            "{new} has a default now{in_name}: what makes it right for whoever says nothing?",
            "Without the default in {new}, which caller would break?",
        ),
        (
            "{old} has no default any more: what makes sure that everybody passes it?",
            "With the default of {old} back, what would go unnoticed?",
        ),
        "Who relied on the default before, and what do they see now that it is {new_or_none}?",
    ),
    "parameter-added": _Wording(
        _CHANGED,
        (
            "{name} takes {new} now: which values may it have, and who makes sure?",
            "Without {new}, what could a caller of {name} not say?",
        ),
        _REMOVED,
    ),
    "parameter-removed": _Wording(
        _CHANGED,
        _ADDED,
        (
            "{name} no longer takes {old}: what decides now what it decided?",
            "With {old} back, who would still pass it?",
        ),
    ),
    "parameter-changed": _Wording(
        (
            "{new} was {old}{in_name}: what may a caller pass now, and what no longer?",
            "Put back to {old}, which caller would break?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "return-changed": _Wording(
        (
            "{new} was {old}: what can a caller{of_here} count on now?",
            "Put back to {old}, which caller would notice, and how?",
        ),
        (
            "{new}: what does it promise to callers{of_here}?",
            "Without {new}, what would a caller get instead?",
        ),
        (
            "{old} is gone{here}: what do callers get now?",
            "With {old} back, which caller would notice?",
        ),
    ),
    "return-type-changed": _Wording(
        (
            "{name} gives {new}, before it gave {old}: what can callers count on now?",
            "Put back to {old}, what could a caller get wrong?",
        ),
        ("{name} gives {new} now: what can callers count on?", "Without {new}, what is lost?"),
        (
            "{name} no longer gives {old}: what do callers get?",
            "With {old} back, who would use it?",
        ),
    ),
    "public-api": _Wording(
        _CHANGED,
        (
            "{new} can be used by others now: what does it promise?",
            "Who needs {new}, and for what?",
        ),
        (
            "{name} is gone: what do those use who called it?",
            "With {name} back, who would call it, and what would they get wrong?",
        ),
    ),
    "function-added": _Wording(
        _CHANGED,
        (
            "{name} is new: what does it promise, and what must its caller see to?",
            "Without {name}, what could not be done, or would be done wrong elsewhere?",
        ),
        _REMOVED,
    ),
    "function-removed": _Wording(
        _CHANGED,
        _ADDED,
        (
            "{name} is gone: what makes sure that nobody needs it?",
            "With {name} back, what would be wrong or done twice?",
        ),
    ),
    "loop-changed": _Wording(
        (
            "{new} was {old}: what is it done for now, and what ends it{here}?",
            "Put back to {old}, which input would be missed, or done once too often?",
        ),
        (
            "{new}: what holds each time round{here}, and what ends it?",
            "Without {new}, which input would be missed?",
        ),
        (
            "{old} no longer loops{here}: what covers all that it went through?",
            "With {old} back, what would be done twice, or too slowly?",
        ),
    ),
    "arithmetic": _Wording(
        (
            "{new} was {old}: what does the result mean{here}, and which values fit?",
            "Put back to {old}, for which values is the result wrong?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "units": _Wording(
        (
            "{new} was {old}: in which unit is it{here}, and why is this value enough?",
            "Put back to {old}, what would be too short, too long or too much?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "concurrency": _Wording(
        (
            "{new} was {old}: what may run at the same time{here} now, and what must not?",
            "Put back to {old}, which order of events goes wrong?",
        ),
        (
            "{new}: what may run at the same time{here}, and what must not?",
            "Without {new}, which order of events goes wrong?",
        ),
        _REMOVED,
    ),
    "lock-dropped": _Wording(
        (
            "{new} was {old}: what keeps others out{here}, or makes them wait, now?",
            "With {old} back, what would block or be slower?",
        ),
        _ADDED,
        (
            "{old} is gone{here}: what keeps others out, or makes them wait, now?",
            "With {old} back, what would block or be slower?",
        ),
        "Which two things could now happen at the same time without {old}?",
    ),
    "resource": _Wording(
        (
            "{new} was {old}: who gives back what {name} takes{here}, also after a failure?",
            "Put back to {old}, what would leak, or be closed too early?",
        ),
        (
            "{new}: who gives back what it takes{here}, also after a failure?",
            "Without {new}, what would leak, stay open or be lost?",
        ),
        (
            "{old} is gone{here}: who gives it back now?",
            "With {old} back, what would be closed twice or too early?",
        ),
    ),
    "resource-leaked": _Wording(
        (
            "{new} was {old}: who gives the resource back{here} now, also after a failure?",
            "With {old} back, what would be closed twice or too early?",
        ),
        _ADDED,
        (
            "{old} is gone{here}: who gives the resource back now, also after a failure?",
            "With {old} back, what would be closed twice or too early?",
        ),
    ),
    "order-changed": _Wording(
        (
            "{new} stands elsewhere now{here}: what must have happened before it?",
            "In the old order, what would go wrong?",
        ),
        (
            "{new} stands elsewhere now{here}: what must have happened before it?",
            "With {new} where it was, what would go wrong?",
        ),
        _REMOVED,
    ),
    "nesting-changed": _Wording(
        (
            "{new} is run under another condition, or in another block{here}: when is it run now?",
            "With {new} where it was, when would it run wrongly, or not at all?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "call-changed": _Wording(
        (
            "{new} was {old}: what does {name} need to get that it did not get before?",
            "Put back to {old}, which input or which test would show it?",
        ),
        (
            "{name} gets {new} now{here}: what changes for it?",
            "Without {new}, which input or which test would show it?",
        ),
        (
            "{name} no longer gets {old}{here}: what changes for it?",
            "With {old} back, which input or which test would show it?",
        ),
    ),
    "value-changed": _Wording(
        (
            "{new} was {old}{for_name}: who reads it, and what must be true of it?",
            "Put back to {old}, who would notice, and how?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "constant-changed": _Wording(
        (
            "{new} was {old}: who reads {name}, and what must be true of it?",
            "Put back to {old}, what would be wrong or too small?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "feature-flag": _Wording(
        (
            "{new} was {old}: for whom is it on{here}, and who decides?",
            "Put back to {old}, who would lose or get what?",
        ),
        ("{new}: for whom is it on{here}, and who decides?", "Without {new}, who would get what?"),
        (
            "{old} is gone: which way is it for everybody now?",
            "With {old} back, who needs the choice?",
        ),
    ),
    "code-added": _Wording(
        _CHANGED,
        (
            "{new} is new{here}: what must be true before it, and what is true after it?",
            "Without {new}, which input or which caller would show it?",
        ),
        _REMOVED,
    ),
    "code-removed": _Wording(
        _CHANGED,
        _ADDED,
        (
            "{old} is gone{here}: what makes sure that nothing needs it?",
            "With {old} back, what would go wrong, or be done twice?",
        ),
    ),
    "regular-expression": _Wording(
        (
            "{new} was {old}: which text matches now that did not, or the other way round?",
            "Put back to {old}, which text would go the wrong way?",
        ),
        (
            "{new}: which text must it match{here}, and which never?",
            "Without {new}, which text would go the wrong way?",
        ),
        _REMOVED,
    ),
    "sql": _Wording(
        (
            "{new} was {old}: which rows does it reach now, and who fills in its values?",
            "Put back to {old}, which rows would be wrong or missing?",
        ),
        (
            "{new}: which rows does it reach, and where do its values come from?",
            "Without {new}, what would be missing or slow?",
        ),
        _REMOVED,
    ),
    "shell": _Wording(
        (
            "{new} was {old}: who decides what is run{here}, and with which arguments?",
            "Put back to {old}, which input would do harm or fail?",
        ),
        (
            "{new}: who decides what is run{here}, and with which arguments?",
            "Without {new}, what could not be done?",
        ),
        _REMOVED,
    ),
    "eval": _Wording(
        (
            "{new} was {old}: where does what is run come from{here}, and who can write it?",
            "Put back to {old}, what could be run that must not be?",
        ),
        (
            "{new}: where does what is run come from{here}, and who can write it?",
            "Without {new}, what could not be done?",
        ),
        _REMOVED,
    ),
    "deserialisation": _Wording(
        (
            "{new} was {old}: who can write the bytes that are read{here}?",
            "Put back to {old}, which bytes would do harm or fail?",
        ),
        (
            "{new}: who can write the bytes that are read{here}?",
            "Without {new}, what could not be read?",
        ),
        _REMOVED,
    ),
    "permission": _Wording(
        (
            "{new} was {old}: who may do what now{here} that they could not, or no longer?",
            "Put back to {old}, who could do too much or too little?",
        ),
        (
            "{new}: who may do what{here}, and who must not?",
            "Without {new}, who could do too much or too little?",
        ),
        _REMOVED,
    ),
    "crypto": _Wording(
        (
            "{new} was {old}: what does it protect{here}, and against whom?",
            "Put back to {old}, what could be read, forged or refused?",
        ),
        (
            "{new}: what does it protect{here}, and against whom?",
            "Without {new}, what could be read, forged or refused?",
        ),
        _REMOVED,
    ),
    "authentication": _Wording(
        (
            "{new} was {old}: who gets in{here} now that did not, or no longer?",
            "Put back to {old}, who would be let in or kept out wrongly?",
        ),
        (
            "{new}: whom does it let in{here}, and whom not?",
            "Without {new}, who would be let in or kept out wrongly?",
        ),
        _REMOVED,
    ),
    "unsafe": _Wording(
        (
            "{new} was {old}: which sizes and lifetimes make it safe{here}?",
            "Put back to {old}, which input would do harm?",
        ),
        (
            "{new}: which sizes, lifetimes or sources make it safe{here}?",
            "Without {new}, what would be wrong or slow?",
        ),
        _REMOVED,
    ),
    "dependency": _Wording(
        (
            "{new} was {old}: what of it is needed, and what else does it bring?",
            "Put back to {old}, what would fail to build or to run?",
        ),
        (
            "{new} is new: what is it needed for, and what else does it bring?",
            "Without {new}, what would fail to build or to run?",
        ),
        (
            "{old} is gone: what was it for, and what does it now?",
            "With {old} back, what would clash?",
        ),
    ),
    "version": _Wording(
        (
            "{new} was {old}: which promise to users does the new number make or break?",
            "Put back to {old}, who would get what they do not expect?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "build": _Wording(
        (
            "{new} was {old}: what does the build{in_name} make sure of now?",
            "Put back to {old}, which build or check would fail, or pass wrongly?",
        ),
        (
            "{new} is new{in_name}: what does the build make sure of now?",
            "Without {new}, which build or check would fail, or pass wrongly?",
        ),
        (
            "{old} is gone{in_name}: what makes sure of it now?",
            "With {old} back, which build or check would fail?",
        ),
    ),
    "migration": _Wording(
        (
            "{new} was {old}: what becomes of the data that is there already?",
            "Put back to {old}, which data would be lost or wrong?",
        ),
        (
            "{new}: what becomes of the data that is there already, and is there a way back?",
            "Without {new}, which code would find the data wrong?",
        ),
        _REMOVED,
    ),
    "configuration": _Wording(
        (
            "{new} was {old}: who reads it, and what do they do otherwise now?",
            "Put back to {old}, what would behave otherwise, and where?",
        ),
        (
            "{new} is set now: who reads it, and what do they do otherwise?",
            "Without {new}, what would behave otherwise, and where?",
        ),
        (
            "{old} is no longer set: who reads it, and what do they do now?",
            "With {old} back, what would behave otherwise?",
        ),
    ),
    "file-mode": _Wording(
        (
            "The mode of {name} is {new}, it was {old}: who needs that?",
            "With {old} again, what could not be run or read?",
        ),
        ("{name} has mode {new}: who needs that?", "Without it, what could not be run or read?"),
        ("{name} had mode {old}: who needed that?", "With it, what could be run or read?"),
    ),
    "binary": _Wording(
        (
            "{name} has no lines to show: where does it come from, and who can make it again?",
            "Without the new {name}, what would fail?",
        ),
        (
            "{name} has no lines to show: where does it come from, and who can make it again?",
            "Without {name}, what would fail?",
        ),
        ("{name}: what was it for?", "With {name} back, what would use it?"),
    ),
    "directive": _Wording(
        (
            "{new} was {old}: what does it tell the tool that reads it, and why is that right?",
            "Put back to {old}, what would the tool say or do?",
        ),
        (
            "{new} tells a tool something: why is that right here?",
            "Without {new}, what would the tool say or do?",
        ),
        (
            "{old} is gone: what did it keep the tool from saying, and why is it not needed?",
            "With {old} back, what would go unnoticed?",
        ),
    ),
    "attribute": _Wording(
        (
            "{new} was {old}: what does it make the code{here} do or promise?",
            "Put back to {old}, what would behave otherwise?",
        ),
        (
            "{new}: what does it make the code{here} do or promise?",
            "Without {new}, what would behave otherwise?",
        ),
        (
            "{old} is gone{here}: what did it do, and what does that now?",
            "With {old} back, what would behave otherwise?",
        ),
    ),
    "test-added": _Wording(
        _CHANGED,
        (
            "{name_or_new} is new: which promise of the code does it hold it to?",
            "Which mistake in the code makes {name_or_new} fail, and no other test?",
        ),
        _REMOVED,
    ),
    "test-changed": _Wording(
        (
            "{new} was {old}: which promise of the code is tested now, and why is it right?",
            "Put back to {old}, would the test fail, and would that be the code's fault?",
        ),
        (
            "{new} is new in the test{here}: which promise of the code does it hold it to?",
            "Which mistake in the code does {new} find?",
        ),
        (
            "{old} is gone from the test{here}: what tests it now?",
            "With {old} back, would the test fail, and why?",
        ),
    ),
    "test-weakened": _Wording(
        (
            "{new} stands where {old} was{here}: what does the test still make sure of?",
            "With {old} back, would the test fail, and why?",
        ),
        _ADDED,
        (
            "{old} is no longer tested{here}: what does the test still make sure of?",
            "With {old} back, would the test fail, and why?",
        ),
        "Which mistake in the code did {old} find that no test finds now?",
    ),
    "test-skipped": _Wording(
        _CHANGED,
        (
            "{new} skips the test{here}: where, why, and until when?",
            "Without {new}, what would fail, and whose fault is it?",
        ),
        _REMOVED,
        "What finds the fault that the test is for, as long as {new} stands there?",
    ),
    "test-removed": _Wording(
        _CHANGED,
        _ADDED,
        (
            "{old} is gone: which promise of the code did it test, and does that still hold?",
            "With {old} back, would it pass?",
        ),
        "Which test finds now what {old} found?",
    ),
    "log-text": _Wording(
        (
            "{new} was {old}: who reads it, and what must it tell them?",
            "Put back to {old}, who would be misled, or search in vain?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "message-text": _Wording(
        (
            "{new} was {old}: what must whoever reads it understand, and do?",
            "Put back to {old}, who would be misled? Does any code or test compare it?",
        ),
        _ADDED,
        _REMOVED,
    ),
    "import-changed": _Wording(
        (
            "{new} was {old}: what is used of it, and what else does loading it do?",
            "Put back to {old}, what would fail to load?",
        ),
        (
            "{new}: what is used of it, and what else does loading it do?",
            "Without {new}, what would fail?",
        ),
        ("{old} is gone: what used it before?", "With {old} back, what would it cost?"),
    ),
    "prose": _Wording(
        (
            "It says {new}, it said {old}: what makes that true?",
            "Put back to {old}, what would a reader do wrong?",
        ),
        (
            "It says {new} now: what makes that true?",
            "Without {new}, what would a reader do wrong?",
        ),
        (
            "{old} is gone: why is it no longer true, or not needed?",
            "With {old} back, who would be misled?",
        ),
    ),
    "data": _Wording(
        (
            "{new} was {old}: where does it come from, and who reads it?",
            "Put back to {old}, which test or reader would notice?",
        ),
        (
            "{new} is new: where does it come from, and who reads it?",
            "Without {new}, which test or reader would notice?",
        ),
        ("{old} is gone: who read it?", "With {old} back, which test or reader would notice?"),
    ),
}


def word(fact: Fact, scope: tuple[str, ...], places: int = 1) -> Asked:
    """The questions about a fact.

    Args:
        scope: of its hunk.
        places: how many hunks it stands for.
    """
    wording = _WORDINGS.get(fact.kind, _ANY)
    pair = wording.both if fact.old and fact.new else wording.new if fact.new else wording.old
    if not fact.old and not fact.new and fact.kind not in ("binary", "file-mode"):
        pair = _NOTHING_TO_QUOTE
    values = _values(fact, scope)
    many = f" (The same in {places} places.)" if places > 1 else ""
    third = wording.third.format_map(values) if _calls_for_third(fact, wording) else ""
    said = (pair[0].format_map(values) + many, pair[1].format_map(values), third)
    return Asked(*(text.normalise(question) for question in said))


def _calls_for_third(fact: Fact, wording: _Wording) -> bool:
    """Whether what the third question names is there."""
    if fact.kind == "default-changed":
        return bool(fact.old)
    return bool(wording.third) and ("{old}" not in wording.third or bool(fact.old))


def _values(fact: Fact, scope: tuple[str, ...]) -> dict[str, str]:
    here = code(".".join(scope)) if scope else ""
    old, new, name = code(fact.old), code(fact.new), code(fact.name)
    return {
        "old": old or "what was there",
        "new": new or "what is there now",
        "new_or_none": new or "gone",
        "name": name or here or "the code",
        "name_or_new": name or new,
        "here": f" in {here}" if here else "",
        "here_start": here or "The code",
        "of_here": f" of {here}" if here else "",
        "in_name": f" in {name}" if name and fact.name not in (fact.new, fact.old) else "",
        "for_name": f" for {name}" if name and fact.name not in fact.new else "",
    }


def code(text: str) -> str:
    """Code as it stands in a sentence."""
    if not text:
        return ""
    return f"`{text}`" if "`" not in text else f"«{text}»"
