"""Doubts that were typed as answers: that somebody does not know, or that a tool is the author.

Only English is read, and only a whole answer counts: one clause that says so, and no clause
that says something else (docs/questions.md, "Answers"). "I don't know of any caller that
passes None" reports a search, and is an answer.
"""

from __future__ import annotations

import re

from attest.answers.content import Content
from attest.text import lazy

MOST_TOPIC = 3
"""Words of its own that a clause may spend on what the doubt is about."""
MOST_BESIDE = 1
"""Words of its own that a clause beside a doubt may have and still say nothing."""
_CLAUSE_END = lazy(
    r"[.,;:!?()\n]|\s[-–—]+\s|"
    r"\b(?:and|but|so|because|since|though|although|however)\b"
)
_LEAD = lazy(
    r"(?:(?:sorry|honestly|frankly|unfortunately|well|hm+|tbh|really|actually|good question|"
    r"to be honest|i'm afraid|i am afraid|i must admit|i think|just|all of) ){0,8}"
)
"""What may stand before a doubt, and before an author. It is not part of their patterns, each of
which would hold it several times: to compile these took a hundredth of a check."""
_DEGREE = (
    r"(?:(?:really|fully|quite|entirely|totally|very|so|yet|exactly|honestly|absolutely) ){0,8}"
)
_ABOUT = r"(?= (?:that|this|it|if|whether|why|what|how|you|for|more|exactly|anything)\b|$)"
_NOT_SURE = rf"not {_DEGREE}(?:sure|certain|familiar)|unsure|uncertain|unfamiliar"
_IGNORANCE_CLAUSE = lazy(
    rf"(?:i )?{_DEGREE}(?:"
    rf"(?:don't|do not|dont|didn't|did not) {_DEGREE}(?:know(?! of\b)|understand|remember|recall)|"
    rf"(?:can't|cannot|can not|couldn't|could not) {_DEGREE}"
    rf"(?:say|tell|answer|explain|remember){_ABOUT}|"
    rf"(?:haven't|have not) {_DEGREE}(?:checked|looked|understood|tried|tested)|"
    rf"(?:would|i'd|will|i'll|would need to|would have to|need to|have to) (?:have to |need to )?"
    rf"(?:ask|check with) (?!for\b)|"
    rf"(?:am )?unable to (?:determine|say|tell|explain)|"
    rf"wasn't able to (?:figure|find|understand)|"
    rf"(?:have )?{_DEGREE}no (?:idea|clue)|(?:am )?(?:{_NOT_SURE}))\b|"
    rf"i'm {_DEGREE}(?:{_NOT_SURE})\b|"
    r"^(?:dunno|idk|beats me|hard to say|who knows)\b"
)
_TOOL = (
    r"(?:(?:the|an?|my|our|some) )?(?:github )?"
    r"(?:copilot|chatgpt|gpt|claude|cursor|gemini|codex|ai|llm|agent|assistant|bot)(?:'s)?"
)
_MADE = (
    r"(?:wrote|written|generated|produced|made|created|suggested|proposed|recommended|added|"
    r"did|done|said|says|told me|thinks)"
)
_ALL_OF_IT = r"(?:this|that|it|so|everything|the (?:code|change|hunk|part))"
_IT_IS = r"(?:it's|it is|this is|that is|it was|this was)"
_AUTHORSHIP_CLAUSE = lazy(
    rf"(?:(?:{_ALL_OF_IT}|this (?:code|part)) )?(?:is |was |were )?(?:all |mostly )?"
    rf"{_MADE} (?:by|with) {_TOOL}\b|"
    rf"{_TOOL}(?: \d+)? {_MADE} {_ALL_OF_IT}\b|"
    rf"(?:i )?(?:just )?(?:copied|pasted|took) {_ALL_OF_IT} from "
    rf"(?:{_TOOL}|stack ?overflow)\b|"
    rf"{_IT_IS} {_TOOL} (?:generated|written|code|output|idea)\b"
)


def is_doubt(answer: str) -> bool:
    """Whether an answer says only that its author does not know, or that a tool made it."""
    clauses = [_words(clause) for clause in _CLAUSE_END.split(answer.lower().replace("’", "'"))]
    doubts = 0
    for clause in filter(None, clauses):
        lead = _LEAD.match(clause)
        at = lead.end() if lead else 0
        doubted = _IGNORANCE_CLAUSE.match(clause, at) or _AUTHORSHIP_CLAUSE.match(clause, at)
        rest = clause[doubted.end() :] if doubted else clause
        if len(Content.of(rest).words_of_own) > (MOST_TOPIC if doubted else MOST_BESIDE):
            return False
        doubts += doubted is not None
    return doubts > 0


def _words(clause: str) -> str:
    """The words of a clause, one space between two."""
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?|\w*_\w*", clause))
