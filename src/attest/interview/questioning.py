"""Asking questions one after another: answers, doubts, and the keys of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto

from attest import text
from attest.answers.quality import Weakness
from attest.answers.requirements import AnswerLabel
from attest.interview.form import QuestionForm
from attest.interview.hunk_display import HunkDisplay
from attest.interview.line_editor import BACK
from attest.interview.prompter import Keep
from attest.interview.screen import Screen

NOT_SURE = "What are you not sure of?"
OFFER = "Your answer to an earlier version of this hunk. [Enter = keep it, e = edit it]"
_KEEP = "Or press Enter to keep it."
_REFUSED = "The project does not accept such an answer."
_KEYS = {
    BACK: ("back", "go back to the question before"),
    "s": ("skip", "skip this question for now"),
    "u": ("unsure", "say what you are not sure of (or type ? and the words)"),
    "m": ("more context", "show more of the file around the hunk"),
    "p": ("pager", "show the whole hunk in the pager"),
    "e": ("editor", "answer all questions in the editor"),
    "q": ("quit", "stop; every answer is kept"),
    "?": ("help", "show this help"),
}


class _Step(Enum):
    """What comes after a question."""

    NEXT = auto()
    BACK = auto()
    SKIP = auto()
    EDITED = auto()


class Questioning:
    """Asks about the hunks of a change.

    Args:
        screen: where.
        forms: filled in here.
        keep: called after every answer.
        edit: opens the editor with all questions; None where there is none.
    """

    def __init__(
        self,
        screen: Screen,
        forms: Sequence[QuestionForm],
        keep: Keep,
        edit: Callable[[], None] | None,
    ) -> None:
        self._screen, self._forms, self._keep, self._edit = screen, forms, keep, edit
        self._display = HunkDisplay(screen)
        self._started = [form for form in forms if not form.complete]
        self._passed: set[tuple[int, AnswerLabel]] = set()
        self._explained = False

    def ask_open(self) -> None:
        """Ask until every question is settled.

        Raises:
            KeyboardInterrupt: the person stopped.
        """
        skipped: set[tuple[int, AnswerLabel]] = set()
        place = next(iter(self._open()), None)
        while place is not None:
            step = self._ask(*place)
            if step is _Step.BACK:
                place = self._before(place)
                continue
            if step is _Step.SKIP:
                skipped.add((place[0].number, place[1]))
            else:
                skipped.discard((place[0].number, place[1]))
            place = self._after(place, skipped)
            if place is None and any(self._open()):
                self._screen.write("What you skipped is left.", "yellow")
                skipped.clear()
                place = next(iter(self._open()), None)

    def ask_again(self, form: QuestionForm) -> None:
        """Ask all questions about one hunk, with the answers so far to change.

        Raises:
            KeyboardInterrupt: the person stopped.
        """
        self._display.show(form)
        labels = [label for label, _ in form.questions]
        at = 0
        while 0 <= at < len(labels):
            step = self._ask(form, labels[at])
            if step is _Step.EDITED:
                return
            at += -1 if step is _Step.BACK else 1

    def _places(self) -> Iterator[tuple[QuestionForm, AnswerLabel]]:
        return ((form, label) for form in self._forms for label, _ in form.questions)

    def _open(self) -> Iterator[tuple[QuestionForm, AnswerLabel]]:
        """The questions to ask: a doubt stands in for the other answers about its hunk, and yet
        each of its questions is asked once."""
        for form, label in self._places():
            unasked = form in self._started and (form.number, label) not in self._passed
            if label in form.unsettled or (unasked and not form.answer_to(label)):
                yield form, label

    def _before(self, place: tuple[QuestionForm, AnswerLabel]) -> tuple[QuestionForm, AnswerLabel]:
        places = list(self._places())
        at = places.index(place)
        if not at:
            self._screen.write("This is the first question.", "yellow")
        return places[max(at - 1, 0)]

    def _after(
        self, place: tuple[QuestionForm, AnswerLabel], skipped: set[tuple[int, AnswerLabel]]
    ) -> tuple[QuestionForm, AnswerLabel] | None:
        """The next question that is open and not skipped; from the top at the end."""
        places = list(self._places())
        at = places.index(place) + 1 if place in places else 0
        left = [one for one in self._open() if (one[0].number, one[1]) not in skipped]
        return next((one for one in [*places[at:], *places[:at]] if one in left), None)

    def _ask(self, form: QuestionForm, label: AnswerLabel) -> _Step:
        """Ask one question until there is an answer, a doubt that counts as one, or a key."""
        self._show_question(form, label)
        draft, warned, offered = form.answer_to(label), "", form.offered(label)
        while True:
            typed = self._read(draft, offered)
            if typed in self._keys(form):
                step = self._press(typed, form, label)
                if step is not None:
                    return step
            elif typed.startswith("?") and form.requirements.unsure:
                if self._take_doubt(typed.lstrip("? "), form):
                    return self._settled(form, label, "")
                self._screen.write("Say it in words: ? and what you are not sure of.", "yellow")
            elif not text.has_words(typed):
                if not typed and form.requirements.unsure and form.answers.unsure:
                    return self._settled(form, label, typed)
                self._screen.write("Please answer, or type ? for help.", "yellow")
            elif not self._is_long_enough(typed, form):
                draft = typed
            elif self._stays(form, label, typed) or (
                typed in (warned, self._kept_before(form, label)) and not form.strict
            ):
                return self._settled(form, label, typed)
            else:
                weakness = self._weakness(form, label, typed)
                if weakness is None or self._point_out(weakness, form, label, typed):
                    return self._settled(form, label, form.answer_to(label))
                draft = warned = typed

    def _read(self, draft: str, offered: str) -> str:
        """What is typed; where that is nothing, the answer that is offered."""
        typed = self._screen.read(draft)
        if draft or not offered:
            return typed
        return self._screen.read(offered) if typed.lower() in ("e", "edit") else typed or offered

    def _kept_before(self, form: QuestionForm, label: AnswerLabel) -> str:
        """The answer that is offered, where nothing that was said of it is open."""
        flagged = form.earlier.flags if form.earlier is not None else []
        return "" if label in flagged else form.offered(label)

    def _stays(self, form: QuestionForm, label: AnswerLabel, typed: str) -> bool:
        """Whether this is the answer that stood there and counts."""
        return typed == form.answer_to(label) and label not in form.unsettled

    def _settled(self, form: QuestionForm, label: AnswerLabel, answer: str) -> _Step:
        form.set_answer(label, answer)
        form.settle(label)
        self._passed.add((form.number, label))
        self._keep(form)
        return _Step.NEXT

    def _show_question(
        self, form: QuestionForm, label: AnswerLabel, *, in_sight: bool = True
    ) -> None:
        """Show a question, and its hunk unless that is on the screen.

        Args:
            in_sight: the head of the hunk must be on the screen.
        """
        doubt = form.answers.unsure if not form.answer_to(label) else ""
        beside = [f"Not sure of: {text.showable(doubt)}"] if doubt else []
        offered = form.offered(label)
        beside = [f"  {text.showable(offered)}", OFFER, *beside] if offered else beside
        if in_sight:
            question = text.showable(dict(form.questions)[label])
            self._display.keep_in_sight(form, [question, *beside])
        self._screen.write("")
        # A fact that was found meanwhile may ask another one.
        self._screen.write(text.showable(dict(form.questions)[label]), "bold")
        for line in beside:
            self._screen.write(line, "dim")
        if not (self._screen.plain and self._explained):
            self._screen.write(self._key_line(form), "dim")
        self._explained = True

    def _keys(self, form: QuestionForm) -> dict[str, tuple[str, str]]:
        out = {"u"} if not form.requirements.unsure else set()
        out |= {"e"} if self._edit is None else set()
        return {key: words for key, words in _KEYS.items() if key not in out}

    def _key_line(self, form: QuestionForm) -> str:
        keys = self._keys(form)
        whole = " ".join(
            f"[{key}]{words[1:]}" if words.startswith(key) else f"[{key}] {words}"
            for key, (words, _) in keys.items()
        )
        return whole if len(whole) < self._screen.size.columns else f"[{','.join(keys)}]"

    def _press(self, key: str, form: QuestionForm, label: AnswerLabel) -> _Step | None:
        """What a key does; None to ask the same question again."""
        match key:
            case "b":
                return _Step.BACK
            case "s":
                return _Step.SKIP
            case "q":
                raise KeyboardInterrupt
            case "u":
                if self._ask_doubt(form):
                    return self._settled(form, label, form.answer_to(label))
            case "m":
                self._display.widen(form)
                self._show_question(form, label, in_sight=False)
                return None
            case "p":
                self._display.page(form)
            case "e" if self._edit is not None:
                self._edit()
                return _Step.EDITED
            case _:
                self._help(form)
        self._show_question(form, label)
        return None

    def _help(self, form: QuestionForm) -> None:
        self._screen.write("Type an answer, in any language, and Enter. Or a key and Enter:")
        for key, (_, meaning) in self._keys(form).items():
            self._screen.write(f"  {key}  {meaning}")
        self._screen.write("Say what is true because of this hunk, or what goes wrong without it.")
        if not self._screen.plain:
            self._screen.write(
                "The Up key goes back, too. Ctrl-U clears what stands there already."
            )

    def _weakness(self, form: QuestionForm, label: AnswerLabel, answer: str) -> Weakness | None:
        """What is wrong with an answer. It is kept, and not final before the person keeps it."""
        form.set_answer(label, answer)
        found = form.weakness(label, answer, self._forms)
        if found is None:
            form.settle(label)
        else:
            form.flag(label)
        self._keep(form)
        return found

    def _point_out(
        self, weakness: Weakness, form: QuestionForm, label: AnswerLabel, answer: str
    ) -> bool:
        """Say what is wrong with an answer; whether that settled it."""
        reason = f"{weakness.reason[0].upper()}{weakness.reason[1:]} ({weakness.rule})."
        self._screen.write(reason, "yellow")
        if weakness.rule == "doubt" and form.requirements.unsure:
            return self._offer_unsure(form, label, answer)
        self._screen.write(f"{weakness.remedy} {_REFUSED if form.strict else _KEEP}", "yellow")
        return False

    def _offer_unsure(self, form: QuestionForm, label: AnswerLabel, answer: str) -> bool:
        """Offer to record an answer that is a doubt as `unsure`; whether it is settled now."""
        keep = "" if form.strict else ", k = keep it as the answer"
        self._screen.write(f"Record it as unsure? [Enter = yes, e = edit{keep}]", "yellow")
        typed = self._screen.read()
        if typed.lower() in ("", "y", "yes") and self._take_doubt(answer, form):
            form.set_answer(label, "")
            return True
        if typed.lower() in ("k", "keep") and not form.strict:
            return True
        self._screen.write("Your answer:", "bold")
        return False

    def _take_doubt(self, doubt: str, form: QuestionForm, *, replace: bool = False) -> bool:
        """Take what somebody is not sure of, if it is there and long enough."""
        if not text.has_words(doubt) or not self._is_long_enough(doubt, form):
            return False
        answers = form.answers
        before = "" if replace else answers.unsure
        answers.unsure = f"{before}; {doubt}" if before else doubt
        return True

    def _ask_doubt(self, form: QuestionForm) -> bool:
        """Ask for a doubt, or have the one that is there changed; whether there is one now."""
        self._screen.write(NOT_SURE, "yellow")
        typed = self._screen.read(form.answers.unsure)
        if not typed:
            form.answers.unsure = ""
            self._keep(form)
            return False
        return self._take_doubt(typed.lstrip("? "), form, replace=True)

    def _is_long_enough(self, answer: str, form: QuestionForm) -> bool:
        objection = form.requirements.objection(answer)
        if objection:
            self._screen.write(f"The project requires more: {objection}.", "yellow")
        return not objection
