"""Asking questions one after another: answers, and the keys of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto

from attest import text
from attest.answers.quality import Weakness
from attest.answers.requirements import AnswerLabel
from attest.interview.doubts import Doubts
from attest.interview.form import QuestionForm
from attest.interview.hunk_display import HunkDisplay
from attest.interview.line_editor import BACK
from attest.interview.prompter import Keep
from attest.interview.screen import Screen

EARLIER_ANSWER_KEYS = (
    "Your answer to an earlier version of this hunk. [Enter = keep it, e = edit it]"
)
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
        self._display, self._doubts = HunkDisplay(screen), Doubts(screen, keep)
        self._incomplete_forms = [form for form in forms if not form.complete]
        self._answered_places: set[tuple[int, AnswerLabel]] = set()
        self._keys_shown = False

    def ask_open(self) -> None:
        """Ask until every question is settled.

        Raises:
            KeyboardInterrupt: the person stopped.
        """
        skipped_places: set[tuple[int, AnswerLabel]] = set()
        place = next(iter(self._open_places()), None)
        while place is not None:
            step = self._ask(*place)
            if step is _Step.BACK:
                place = self._previous_place(place)
                continue
            if step is _Step.SKIP:
                skipped_places.add((place[0].number, place[1]))
            else:
                skipped_places.discard((place[0].number, place[1]))
            place = self._next_place(place, skipped_places)
            if place is None and any(self._open_places()):
                self._screen.write("What you skipped is left.", "yellow")
                skipped_places.clear()
                place = next(iter(self._open_places()), None)

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

    def _open_places(self) -> Iterator[tuple[QuestionForm, AnswerLabel]]:
        """The questions to ask: a doubt stands in for the other answers about its hunk, and yet
        each of its questions is asked once."""
        for form, label in self._places():
            is_new = (
                form in self._incomplete_forms and (form.number, label) not in self._answered_places
            )
            if label in form.open_labels or (is_new and not form.answer_to(label)):
                yield form, label

    def _previous_place(
        self, place: tuple[QuestionForm, AnswerLabel]
    ) -> tuple[QuestionForm, AnswerLabel]:
        places = list(self._places())
        at = places.index(place)
        if not at:
            self._screen.write("This is the first question.", "yellow")
        return places[max(at - 1, 0)]

    def _next_place(
        self, place: tuple[QuestionForm, AnswerLabel], skipped_places: set[tuple[int, AnswerLabel]]
    ) -> tuple[QuestionForm, AnswerLabel] | None:
        """The next question that is open and not skipped; from the top at the end."""
        places = list(self._places())
        at = places.index(place) + 1 if place in places else 0
        open_places = [
            one for one in self._open_places() if (one[0].number, one[1]) not in skipped_places
        ]
        return next((one for one in [*places[at:], *places[:at]] if one in open_places), None)

    def _ask(self, form: QuestionForm, label: AnswerLabel) -> _Step:
        """Ask one question until there is an answer, a doubt that counts as one, or a key."""
        self._show_question(form, label)
        default, remarked_line, earlier_text = form.answer_to(label), "", form.earlier_text(label)
        while True:
            line = self._read(default, earlier_text)
            if line in self._keys(form):
                step = self._press(line, form, label)
                if step is not None:
                    return step
            elif line.startswith("?") and form.requirements.unsure:
                if self._doubts.take(line.lstrip("? "), form):
                    return self._settle(form, label, "")
                self._screen.write("Say it in words: ? and what you are not sure of.", "yellow")
            elif not text.has_words(line):
                if not line and form.requirements.unsure and form.answers.unsure:
                    return self._settle(form, label, line)
                self._screen.write("Please answer, or type ? for help.", "yellow")
            elif not self._doubts.is_long_enough(line, form):
                default = line
            elif self._is_unchanged(form, label, line) or (
                line in (remarked_line, self._undisputed_text(form, label)) and not form.strict
            ):
                return self._settle(form, label, line)
            else:
                weakness = self._weakness(form, label, line)
                if weakness is None or self._point_out(weakness, form, label, line):
                    return self._settle(form, label, form.answer_to(label))
                default = remarked_line = line

    def _read(self, default: str, earlier_text: str) -> str:
        """What is typed; where that is nothing, the answer that is offered."""
        line = self._screen.read(default)
        if default or not earlier_text:
            return line
        return (
            self._screen.read(earlier_text)
            if line.lower() in ("e", "edit")
            else line or earlier_text
        )

    def _undisputed_text(self, form: QuestionForm, label: AnswerLabel) -> str:
        """The answer that is offered, where nothing that was said of it is open."""
        flags = form.earlier.flags if form.earlier is not None else []
        return "" if label in flags else form.earlier_text(label)

    def _is_unchanged(self, form: QuestionForm, label: AnswerLabel, line: str) -> bool:
        """Whether this is the answer that stood there and counts."""
        return line == form.answer_to(label) and label not in form.open_labels

    def _settle(self, form: QuestionForm, label: AnswerLabel, answer: str) -> _Step:
        form.set_answer(label, answer)
        form.settle(label)
        self._answered_places.add((form.number, label))
        self._keep(form)
        return _Step.NEXT

    def _question_lines(self, form: QuestionForm, label: AnswerLabel) -> list[str]:
        """A question as it is shown, and what goes with it."""
        lines = [text.showable(dict(form.questions)[label])]
        earlier_text = form.earlier_text(label)
        if earlier_text:
            lines += [f"  {text.showable(earlier_text)}", EARLIER_ANSWER_KEYS]
        doubt = form.answers.unsure if not form.answer_to(label) else ""
        return [*lines, f"Not sure of: {text.showable(doubt)}"] if doubt else lines

    def _show_question(self, form: QuestionForm, label: AnswerLabel) -> None:
        """Show a question, and its hunk unless the head of that is on the screen."""
        self._display.keep_in_sight(form, self._question_lines(form, label))
        self._screen.write("")
        # A fact that was found meanwhile may ask another one.
        question, *notes = self._question_lines(form, label)
        self._screen.write(question, "bold")
        for line in notes:
            self._screen.write(line, "dim")
        if not (self._screen.plain and self._keys_shown):
            self._screen.write(self._key_line(form), "dim")
        self._keys_shown = True

    def _keys(self, form: QuestionForm) -> dict[str, tuple[str, str]]:
        out = {"u"} if not form.requirements.unsure else set()
        out |= {"e"} if self._edit is None else set()
        return {key: words for key, words in _KEYS.items() if key not in out}

    def _key_line(self, form: QuestionForm) -> str:
        keys = self._keys(form)
        labels = " ".join(
            f"[{key}]{words[1:]}" if words.startswith(key) else f"[{key}] {words}"
            for key, (words, _) in keys.items()
        )
        return labels if len(labels) < self._screen.size.columns else f"[{','.join(keys)}]"

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
                if self._doubts.ask(form):
                    return self._settle(form, label, form.answer_to(label))
            case "m":
                self._display.widen(form, self._question_lines(form, label))
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
        weakness = form.find_weakness(label, answer, self._forms)
        if weakness is None:
            form.settle(label)
        else:
            form.flag(label)
        self._keep(form)
        return weakness

    def _point_out(
        self, weakness: Weakness, form: QuestionForm, label: AnswerLabel, answer: str
    ) -> bool:
        """Say what is wrong with an answer; whether that settled it."""
        reason = f"{weakness.reason[0].upper()}{weakness.reason[1:]} ({weakness.rule})."
        self._screen.write(reason, "yellow")
        if weakness.rule == "doubt" and form.requirements.unsure:
            return self._doubts.offer(form, label, answer)
        self._screen.write(f"{weakness.remedy} {_REFUSED if form.strict else _KEEP}", "yellow")
        return False
