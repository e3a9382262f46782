"""Reading a side of a change with a grammar of tree-sitter.

The grammars are those of the pinned ast-grep-py; they name their nodes alike, so
that one table serves all of them (docs/adr/0009-questions-from-syntax.md).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from attest.questions.tokens import NOWHERE, Ranges, Role, Side, Token, Where

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_NODES = 400_000
"""Nodes that are looked at in one file; beyond, lines are all there is."""
MAX_DEPTH = 2_000

_COMMENT = re.compile(r"comment|^(shebang|hash_bang_line|haddock|pragma)$")
_STRING = re.compile(
    r"(^|_)(string|regex|heredoc_body|sigil|char_literal|character_literal|rune_literal|string_lit|"
    r"encapsed_string|quoted_attribute_value|preproc_arg)(_literal|_expression|_scalar)?$"
)
_NOT_STRING = re.compile(r"concatenated|chained|^string_array$|^symbol_array$")
_NUMBER = re.compile(r"integer|float|number|decimal|int_literal|imaginary|numeric")
_NAMED_LEAF = re.compile(r"[^\W\d]|[$@]", re.ASCII)
_WORD = re.compile(r"[A-Za-z_][A-Za-z_ :]*\Z")
_NAMES = re.compile(r"identifier|name|constant|variable|word|alias|atom|label|tag|key|scalar")

_LOOP = re.compile(
    r"^(for|while|until|do_while|foreach|enhanced_for|for_in|for_range|for_each|loop|repeat)(_|$)|"
    r"^do_statement$"
)
_CONDITION = re.compile(
    r"^(if|unless|elif|elsif|guard|else_if|cond)(_|$)|conditional_expression|ternary|^conditional$|"
    r"^(match_pattern|guards|let_condition|condition_clause|test_command|when_condition|"
    r"assert_statement)$"
)
_TERNARY = re.compile(r"conditional_expression|ternary|^conditional$")
_RETURN = re.compile(r"^return(_|$)")
_RAISE = re.compile(r"^(raise|throw|revert)(_|$)")
_CATCH = re.compile(r"^(except|catch|rescue)(_|$)")
_PARAMETER = re.compile(r"param|^formals?$")
_NOT_PARAMETER = re.compile(r"template|type_param|type_arg|block_param|closure|lambda")
_TYPE = re.compile(
    r"(^|_)type($|_(annotation|arguments|argument_list|descriptor|name|identifier|list|"
    r"specifier)$)"
)
_IMPORT = re.compile(
    r"^(import|preproc_include|preproc_import|use_declaration|using_directive|namespace_use|"
    r"package_(clause|header|declaration)|future_import|extern_crate|export_from)"
)
_DECORATOR = re.compile(
    r"^(attribute_item|inner_attribute_item|attribute_list|attribute_group|decorator|"
    r"attribute_declaration|attribute_specifier)$|"
    r"(marker|^)_?annotation$"
)
_ARGUMENT = re.compile(r"argument|^call_suffix$|^token_tree$")
_CALL = re.compile(
    r"^(call|command|method_invocation|macro_invocation)$|(call|invocation|creation|"
    r"new)_expression$|"
    r"^(function_call|constructor_invocation|object_creation_expression)$"
)
_BLOCK = re.compile(
    r"(^|_)(block|body|statements?|declarations|arm|clause_list)(_list)?$|compound_statement|"
    r"^then$|^else$|^do$|^do_(block|group)$|^jsx_(expression|element|attribute)$|"
    r"declaration_list|^lambda|function_expression|arrow_function|anonymous_function|^closure|"
    r"_statement$"
)
_FUNCTION = re.compile(
    r"^(function|method|constructor|destructor|init|accessor|getter|setter)_(definition|"
    r"declaration|item)$|"
    r"^(method|singleton_method|secondary_constructor|function_signature|operator_declaration|"
    r"modifier_definition|deinit_declaration|subroutine_declaration_statement|"
    r"local_function_statement|"
    r"generator_function_declaration|function_signature_item)$"
)
_TYPE_SCOPE = re.compile(
    r"^(class|struct|enum|union|trait|interface|impl|module|mod|namespace|object|record|protocol|"
    r"type_alias|"
    r"extension|contract|library|companion_object|trait_definition)(_(definition|declaration|"
    r"specifier|item|statement))?$"
    r"|^(internal_module|singleton_class|type_spec|type_declaration|type_item)$"
)
_VALUE_SCOPE = re.compile(
    r"^(variable_declarator|pair|assignment_expression|public_field_definition|field_definition)$"
)
_FUNCTION_VALUE = re.compile(
    r"^(arrow_function|function_expression|function|generator_function|lambda)$"
)
_KEY_SCOPE = re.compile(r"^(block_mapping_pair|pair)$")
_UNIT = re.compile(
    r"(comparison|binary|boolean|relational|equality|unary|additive|multiplicative|"
    r"conjunction|disjunction|"
    r"logical|infix|elvis|range)_(operator|expression)$|^(binary|not_operator|unary)$|assign|"
    r"(^|_)(call|invocation)(?!_suffix)|"
    r"^(command|pair|keyed_element|keyword_argument|named_argument|keyword_parameter|"
    r"key_value_pair|attribute|"
    r"declaration|const_item|let_declaration|field_initializer|variable_declarator|init_declarator|"
    r"const_spec|var_spec|block_mapping_pair|property_declaration|short_var_declaration|"
    r"enum_variant|enumerator|"
    r"element|flow_pair|block_sequence_item|static_item|import_spec|bare_key|list_item)$|"
    r"param|^(return|raise|throw)|(import|include|use|using)_(statement|declaration|directive|"
    r"header)|jump_expression|"
    r"control_transfer_statement|preproc_(include|def)|(const|field|variable)_declaration$|"
    r"await|^(object_)?creation|new_expression"
)
_TEST_CALLS = frozenset(
    ["it", "test", "describe", "context", "specify", "scenario", "feature", "suite"]
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a kind of node is, found out once for each kind."""

    comment: bool
    string: bool
    adds: Where
    clears: bool
    unit: bool
    call: bool
    scope: str
    jump: bool
    head: bool


@lru_cache(maxsize=8192)
def _rule(kind: str) -> _Rule:
    adds = NOWHERE
    for pattern, flag in (
        (_CONDITION, Where.CONDITION),
        (_LOOP, Where.LOOP),
        (_RETURN, Where.RETURN),
        (_RAISE, Where.RAISE),
        (_CATCH, Where.CATCH),
        (_TYPE, Where.TYPE),
        (_IMPORT, Where.IMPORT),
        (_DECORATOR, Where.DECORATOR),
        (_ARGUMENT, Where.ARGUMENT),
    ):
        if pattern.search(kind):
            adds |= flag
    if _PARAMETER.search(kind) and not _NOT_PARAMETER.search(kind):
        adds |= Where.PARAMETER
    if kind == "ERROR":
        adds |= Where.BROKEN
    scope = next(
        (
            name
            for name, pattern in (
                ("function", _FUNCTION),
                ("type", _TYPE_SCOPE),
                ("value", _VALUE_SCOPE),
                ("key", _KEY_SCOPE),
            )
            if pattern.search(kind)
        ),
        "",
    )
    head = scope in ("function", "type")
    string = bool(_STRING.search(kind)) and not _NOT_STRING.search(kind)
    return _Rule(
        bool(_COMMENT.search(kind)),
        string,
        adds | (Where.HEAD if head else NOWHERE),
        bool(_BLOCK.search(kind)),
        bool(_UNIT.search(kind)),
        bool(_CALL.search(kind)),
        scope,
        kind in ("jump_expression", "control_transfer_statement"),
        head,
    )


_CLEARED = (
    Where.CONDITION
    | Where.LOOP
    | Where.PARAMETER
    | Where.DEFAULT
    | Where.HEAD
    | Where.ARGUMENT
    | Where.CATCH
    | Where.RETURN
    | Where.RAISE
)


_OUTSIDE = re.compile(
    r"^(translation_unit|preproc_|linkage_specification|template_declaration)|declaration_list$"
)
"""What is around a declaration of C that may be one of a function."""
_MODIFIER = re.compile(r"^(if|unless|while|until)_modifier$")
_ANONYMOUS = re.compile(
    r"^(arrow_function|function_expression|function|generator_function|lambda(_expression|_literal|"
    r"_function)?|closure(_expression)?|func_literal|anonymous_function(_creation_expression)?|"
    r"anonymous_method_expression|block_argument)$"
)
_THROWS = frozenset(["raise", "panic", "panic!", "throw", "fail", "abort", "bail", "bail!"])
_THROWS_OF = {
    "haskell": frozenset(["throwIO", "throw", "error", "ioError"]),
    "kotlin": frozenset(["error"]),
    "lua": frozenset(["error"]),
}
"""Whom a language calls to raise an exception, besides."""
_ASSERTS = frozenset(
    [
        "Objects.requireNonNull",
        "Preconditions.checkArgument",
        "assert",
        "assert!",
        "checkNotNull",
        "debug_assert",
        "debug_assert!",
        "precondition",
        "requireNonNull",
        "requireNotNull",
        "static_assert",
    ]
)
_CHECKS = {
    "kotlin": frozenset(["require", "check"]),
    "scala": frozenset(["require", "assume"]),
    "solidity": frozenset(["require"]),
}
"""Whom a language calls to make sure of a condition, besides."""
_LOADERS = re.compile(r"require|require_relative|require_once|load|autoload|source")


@dataclass(slots=True)
class _Frame:
    """What holds for the nodes below a node.

    Args:
        named: it gives a name to the function that is its value.
        anonymous: it is inside of a function without a name.
    """

    where: Where = NOWHERE
    callee: str = ""
    unit: tuple[int, int] = (0, 0)
    level: int = 0
    named: bool = False
    anonymous: bool = False
    scope: tuple[str, ...] = ()
    path: int = 0
    depth: int = 0


def read(
    text: str, language: str, ranges: Ranges, keys: bool, paths: dict[tuple[int, str], int]
) -> Side | None:
    """Read the tokens on some lines of a file.

    Args:
        language: the name of a grammar.
        ranges: the lines that are wanted.
        keys: whether mappings are scopes (configuration).
        paths: numbers for the paths of kinds, shared by what is to be compared.

    Returns:
        None where the file is too large or too deep to be read.
    """
    from ast_grep_py import SgRoot

    reader = _Reader(text, ranges, language, keys, paths)
    return reader.side(SgRoot(text, language).root())


class _Reader:
    """One walk over a tree, from the root, past all that no wanted line touches."""

    def __init__(
        self,
        text: str,
        ranges: Ranges,
        language: str,
        keys: bool,
        paths: dict[tuple[int, str], int],
    ) -> None:
        self._text = text
        self._ranges = ranges
        self._language = language
        self._keys = keys
        self._paths = paths
        self._tokens: list[Token] = []
        self._at = 0
        self._opened = 0

    def side(self, root: SgNode) -> Side | None:
        """Read it all; None where there is too much."""
        nodes = 0
        stack: list[tuple[SgNode, _Frame]] = [(root, _Frame())]
        while stack:
            node, frame = stack.pop()
            nodes += 1
            if nodes > MAX_NODES or frame.depth > MAX_DEPTH:
                return None
            spot = node.range()
            if not self._wanted(spot.start.line, spot.end.line):
                self._opened = 0
                continue
            kind = node.kind()
            rule = _rule(kind)
            start, end = spot.start.index, spot.end.index
            if rule.comment or (rule.string and start < end):
                self._emit(
                    start, end, "comment" if rule.comment else "string", frame, spot.start.line
                )
                continue
            children = node.children()
            if not children:
                self._leaf(node, kind, frame, spot.start.line, start, end)
                continue
            self._opened += 1
            below = self._below(node, kind, rule, frame, start, end)
            if rule.string is False and self._is_docstring(kind, children):
                self._emit(start, end, "comment", below, spot.start.line)
                continue
            stack.extend(reversed(self._framed(kind, children, frame, below)))
        return Side(self._text, self._text.split("\n"), self._tokens, True)

    def _framed(
        self, kind: str, children: list[SgNode], frame: _Frame, below: _Frame
    ) -> list[tuple[SgNode, _Frame]]:
        """The nodes below one, each with what holds for it: of a conditional expression,
        the condition alone is one."""
        if _MODIFIER.match(kind):
            at = len(children) - 1
        elif _TERNARY.search(kind):
            at = 2 if self._language == "python" else 0
        else:
            return [(child, below) for child in children]
        arm = replace(below, where=frame.where)
        return [
            (child, below if number == at or not child.is_named() else arm)
            for number, child in enumerate(children)
        ]

    def _wanted(self, first: int, last: int) -> bool:
        at = bisect_right(self._ranges, (last, 1 << 60))
        return at > 0 and self._ranges[at - 1][1] > first

    def _is_docstring(self, kind: str, children: list[SgNode]) -> bool:
        """A string that stands for itself in Python says something to readers alone."""
        if self._language != "python" or kind != "expression_statement" or len(children) != 1:
            return False
        return children[0].kind() == "string"

    def _below(
        self, node: SgNode, kind: str, rule: _Rule, frame: _Frame, start: int, end: int
    ) -> _Frame:
        key = (frame.path, kind)
        path = self._paths.setdefault(key, len(self._paths) + 1)
        where = frame.where & ~_CLEARED if rule.clears else frame.where
        where |= rule.adds
        if kind == "attribute" and self._language in ("swift", "csharp"):
            where |= Where.DECORATOR
        if kind.endswith("_specifier") and rule.head and node.field("body") is None:
            rule = replace(rule, head=False, scope="", adds=rule.adds & ~Where.HEAD)
            where &= ~Where.HEAD
        declares = self._declares_function(node, kind)
        gives = self._gives_function(node, rule)
        anonymous = frame.anonymous
        if _ANONYMOUS.match(kind):
            anonymous = not frame.named
        if rule.head or declares or gives:
            where &= ~(_CLEARED & ~Where.HEAD)
            where |= Where.HEAD
            anonymous = False
        if anonymous:
            where &= ~Where.PARAMETER
        callee = "" if rule.clears else frame.callee
        if rule.jump:
            where |= Where.RAISE if node.text().startswith("throw") else Where.RETURN
        if rule.call:
            callee = _callee(node, self._language)
            where |= self._of_call(callee)
        unit, level = (start, end) if rule.unit else frame.unit, path if rule.unit else frame.level
        if rule.clears and not rule.unit:
            unit, level = (0, 0), 0
        if kind == "attribute" and self._language == "python":
            unit, level = frame.unit, frame.level
        scope = frame.scope
        name = _name(node) if declares else self._scope_name(node, kind, rule, callee)
        if name:
            scope = (*scope, name)
        return _Frame(where, callee, unit, level, gives, anonymous, scope, path, frame.depth + 1)

    def _of_call(self, callee: str) -> Where:
        """What a call is besides, by whom it calls."""
        where = NOWHERE
        if callee in _THROWS or callee in _THROWS_OF.get(self._language, ()):
            where |= Where.RAISE
        checks = _CHECKS.get(self._language, frozenset())
        if callee in _ASSERTS or callee in checks:
            where |= Where.CONDITION
        elif _LOADERS.fullmatch(callee):
            where |= Where.IMPORT
        if self._language == "bash" and callee in ("return", "exit"):
            where |= Where.RETURN
        return where

    def _gives_function(self, node: SgNode, rule: _Rule) -> bool:
        """Whether a variable is defined to be a function."""
        if rule.scope != "value" or self._language == "json":
            return False
        value = node.field("value") or node.field("right")
        return value is not None and bool(_FUNCTION_VALUE.search(value.kind()))

    def _declares_function(self, node: SgNode, kind: str) -> bool:
        """Whether a declaration of C is one of a function."""
        if self._language not in ("c", "cpp") or kind not in ("declaration", "field_declaration"):
            return False
        above = node.parent()
        if above is None or not _OUTSIDE.search(above.kind()):
            return False
        below = node.field("declarator")
        while below is not None and below.kind() != "function_declarator":
            below = below.field("declarator")
        return below is not None

    def _scope_name(self, node: SgNode, kind: str, rule: _Rule, callee: str) -> str:
        if rule.scope in ("function", "type"):
            return _name(node)
        if self._gives_function(node, rule):
            return _name(node)
        if rule.scope in ("key", "value") and self._keys:
            key = node.field("key")
            return _short(key.text()) if key is not None else ""
        if rule.call and callee in _TEST_CALLS:
            found = re.match(r"[\w.]+\s*\(?\s*(['\"`])(.{1,60}?)\1", node.text()[:100])
            return found[2].strip(".#: ") if found else ""
        if rule.call and callee in ("def", "defp", "defmodule", "defmacro"):
            found = re.match(r"\w+\s+([\w.?!]+)", node.text()[:100])
            return found[1] if found else ""
        if self._language == "hcl" and kind == "block":
            return " ".join(node.text()[:80].partition("{")[0].split())
        return ""

    def _leaf(
        self, node: SgNode, kind: str, frame: _Frame, line: int, start: int, end: int
    ) -> None:
        text = self._text[start:end]
        if not text.strip():
            return
        role: Role
        if _NUMBER.search(kind) and node.is_named():
            role = "number"
        elif _NAMES.search(kind) and _NAMED_LEAF.search(text):
            role = "name"
        elif _WORD.match(text):
            role = "keyword"
        else:
            role = "name" if node.is_named() and _NAMED_LEAF.search(text) else "operator"
        if _rule(kind).adds:
            frame = replace(frame, where=frame.where | _rule(kind).adds)
        self._emit(start, end, role, frame, line)

    def _emit(self, start: int, end: int, role: Role, frame: _Frame, line: int) -> None:
        self._gap(start, frame, line)
        where = frame.where
        text = self._text[start:end]
        if where & Where.PARAMETER and self._defaults(text, frame):
            where |= Where.DEFAULT
        shape = (frame.path, self._opened)
        self._opened = 0
        self._at = end
        self._tokens.append(
            Token(
                text,
                role,
                line,
                start,
                end,
                where,
                frame.callee,
                frame.unit,
                frame.scope,
                shape,
                frame.level,
            )
        )

    def _gap(self, start: int, frame: _Frame, line: int) -> None:
        """What stands between two leaves and is in none of them must not be lost."""
        if start <= self._at or not self._tokens or self._tokens[-1].line < line - 1:
            return
        missed = self._text[self._at : start]
        if missed.strip():
            at = self._at + len(missed) - len(missed.lstrip())
            number = self._tokens[-1].line + self._text.count("\n", self._tokens[-1].start, at)
            shape = (frame.path, -1)
            self._tokens.append(
                Token(
                    missed.strip(),
                    "operator",
                    min(number, line),
                    at,
                    start,
                    frame.where,
                    shape=shape,
                )
            )

    def _defaults(self, text: str, frame: _Frame) -> bool:
        """Whether a token of a parameter belongs to its default value."""
        last = self._tokens[-1] if self._tokens else None
        if last is None or text in (",", ")", "}", "|"):
            return False
        if last.where & Where.DEFAULT and last.unit[0] >= frame.unit[0] - 1:
            return True
        marks = ("=", "\\\\", "?") if self._language == "nix" else ("=", "\\\\")
        return last.text in marks and bool(last.where & Where.PARAMETER)


def _callee(node: SgNode, language: str) -> str:
    """Whom a call calls, as written, without its arguments; the end of a long chain."""
    children = node.children()
    named = node.field("function") or node.field("method") or node.field("name")
    first = named or (children[0] if children else node)
    if first.kind() == "new" or first.text() == "new":
        first = children[1] if len(children) > 1 else first
    receiver = node.field("object") or node.field("receiver")
    spot = first.range()
    while spot.end.index - spot.start.index > 80:
        inner = first.children()
        if not inner:
            break
        first = inner[-1]
        spot = first.range()
    text = " ".join(first.text()[:80].split())
    if receiver is not None and named is not None and named.text() == text:
        far = receiver.range()
        if far.end.index - far.start.index <= 40:
            mark = "->" if language == "php" else "."
            text = f"{' '.join(receiver.text().split())}{mark}{text}"
    return text


def _name(node: SgNode) -> str:
    """The name that a definition gives."""
    named = node.field("name") or node.field("key") or node.field("left")
    below = node.field("declarator")
    named = named or (node.field("type") if below is None else None)
    if named is not None:
        return _short(named.text())
    while below is not None:
        inner = below.field("declarator") or below.field("name")
        if inner is None:
            return _short(below.text().partition("(")[0])
        below = inner
    for child in _simple(node):
        return _short(child.text())
    return ""


def _simple(node: SgNode) -> Iterator[SgNode]:
    return (
        child
        for child in node.children()
        if re.search(r"identifier|^(name|constant|variable)$", child.kind())
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:60].strip("\"'` ")
