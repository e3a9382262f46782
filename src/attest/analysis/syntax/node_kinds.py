"""What the nodes of a tree are: patterns on their kinds, which tree-sitter's grammars
name alike, so that one table serves all of them (docs/adr/0009).

The names are those of the grammars in the pinned ast-grep-py; the node-types.json of a grammar
lists them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from attest.analysis.syntax.tokens import NOWHERE, Where
from attest.text import lazy, word_set

COMMENT = lazy(r"comment|^(shebang|hash_bang_line|haddock|pragma)$")
STRING = lazy(
    r"(^|_)(string|regex|heredoc_body|sigil|char_literal|character_literal|rune_literal|string_lit|"
    r"encapsed_string|quoted_attribute_value|preproc_arg)(_literal|_expression|_scalar)?$"
)
NOT_STRING = lazy(r"concatenated|chained|^string_array$|^symbol_array$")
NUMBER = lazy(r"integer|float|number|decimal|int_literal|imaginary|numeric")
NAMED_LEAF = lazy(r"[^\W\d]|[$@]", re.ASCII)
WORD = lazy(r"[A-Za-z_][A-Za-z_ :]*\Z")
NAMES = lazy(r"identifier|name|constant|variable|word|alias|atom|label|tag|key|scalar")
LOOP = lazy(
    r"^(for|while|until|do_while|foreach|enhanced_for|for_in|for_range|for_each|loop|repeat)(_|$)|"
    r"^do_statement$"
)
CONDITION = lazy(
    r"^(if|unless|elif|elsif|elseif|guard|else_if|cond)(_|$)|conditional_expression|ternary|^conditional$|"
    r"^(guards|let_condition|condition_clause|test_command|when_(condition|clause)|"
    r"assert_statement)$"
)
MODIFIER = lazy(r"^(if|unless|while|until)_modifier$")
"""A statement of Ruby with its condition behind it."""
LOGICAL = lazy(r"^(binary|boolean|logical|conjunction|disjunction|infix|elvis)(_|$)|^list$")
DIRECTIVE = lazy(r"^preproc_(el)?if(def)?$")
TERNARY = lazy(r"conditional_expression|ternary|^conditional$")
RETURN = lazy(r"^return(_|$)")
RAISE = lazy(r"^(raise|throws?|revert)(_|$)")
CATCH = lazy(r"^(except|catch(?!_expression)|rescue)(_|$)")
"""Not `catch` of Zig, which is an operator."""
PARAMETER = lazy(
    r"^(?!.*(template|type_param|type_arg|block_param|closure|lambda))(.*param|formals?$)"
)
TYPE = lazy(
    r"(^|_)type($|_(annotation|arguments|argument_list|descriptor|name|identifier|list|"
    r"specifier)$)"
)
IMPORT = lazy(
    r"^(import|preproc_include|preproc_import|use_declaration|using_directive|namespace_use|"
    r"package_(clause|header|declaration)|future_import|extern_crate|export_from)"
)
DECORATOR = lazy(
    r"^(attribute_item|inner_attribute_item|attribute_list|attribute_group|decorator|"
    r"attribute_declaration|attribute_specifier)$|"
    r"(marker|^)_?annotation$"
)
STATEMENT = lazy(r"^(expression_statement|statements|body_statement|do_block)$")
ARGUMENT = lazy(r"argument|^call_suffix$|^token_tree$")
CALL = lazy(
    r"^(call|command|method_invocation|macro_invocation)$|(call|invocation|creation|"
    r"new)_expression$|"
    r"^(function_call|constructor_invocation|object_creation_expression)$"
)
BLOCK = lazy(
    r"(^|_)(block|body|statements?|declarations|arm|clause_list)(_list)?$|compound_statement|"
    r"^then$|^else$|^do$|^do_(block|group)$|^jsx_(expression|element|attribute)$|"
    r"declaration_list|^lambda|function_expression|arrow_function|anonymous_function|^closure|"
    r"_statement$"
)
FUNCTION = lazy(
    r"^(function|method|constructor|destructor|init|accessor|getter|setter)_(definition|"
    r"declaration|item)$|"
    r"^(method|singleton_method|secondary_constructor|function_signature|operator_declaration|"
    r"modifier_definition|deinit_declaration|subroutine_declaration_statement|"
    r"local_function_statement|"
    r"generator_function_declaration|function_signature_item)$"
)
TYPE_SCOPE = lazy(
    r"^(class|struct|enum|union|trait|interface|impl|module|mod|namespace|object|record|protocol|"
    r"type_alias|"
    r"extension|contract|library|companion_object|trait_definition)(_(definition|declaration|"
    r"specifier|item|statement))?$"
    r"|^(internal_module|singleton_class|type_spec|type_declaration|type_item)$"
)
VALUE_SCOPE = lazy(
    r"^(variable_declarator|pair|assignment_expression|public_field_definition|field_definition)$"
)
FUNCTION_VALUE = lazy(r"^(arrow_function|function_expression|function|generator_function|lambda)$")
KEY_SCOPE = lazy(r"^(block_mapping_pair|pair)$")
UNIT = lazy(
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
TEXT = lazy(r"heredoc|template|literal|content|scalar|text|string|markup")
"""In these, white space may be part of a text. Some grammars give no leaf for it: a blank line
of a here-document of HCL."""
TEST_CALLS = word_set("it test describe context specify scenario feature suite")


class Rule(NamedTuple):
    """What a kind of node is.

    Args:
        kind: what the grammar calls it.
        comment, string: it is one token, as such.
        adds: marks for the tokens below it.
        clears: it begins a context of its own: a block of an `if` is not its condition.
        unit: it is what a question quotes of the tokens in it.
        call: it calls something.
        scope: what it may give a name to: a function, a type, a value, a key, or nothing.
        jump: it leaves a function, one way or another; its first word says which.
        head: what is before its body is the head of a function or type.
        decides: some of the nodes right below it may be a condition.
        text: white space in it may be part of a text.
        role: of a leaf with a name of its own, where that says it.
    """

    kind: str
    comment: bool
    string: bool
    adds: int
    clears: bool
    unit: bool
    call: bool
    scope: str
    jump: bool
    head: bool
    decides: bool
    text: bool
    role: Literal["number", "name", ""]


_MARKS = (
    (CONDITION, Where.CONDITION),
    (LOOP, Where.LOOP),
    (RETURN, Where.RETURN),
    (RAISE, Where.RAISE),
    (CATCH, Where.CATCH),
    (TYPE, Where.TYPE),
    (IMPORT, Where.IMPORT),
    (DECORATOR, Where.DECORATOR),
    (ARGUMENT, Where.ARGUMENT),
    (STATEMENT, Where.STATEMENT),
    (PARAMETER, Where.PARAMETER),
    (lazy(r"^ERROR$"), Where.BROKEN),
)
_SCOPES = (
    ("function", FUNCTION),
    ("type", TYPE_SCOPE),
    ("value", VALUE_SCOPE),
    ("key", KEY_SCOPE),
)


def _marks(kind: str) -> int:
    """Marks for the tokens below the nodes of a kind."""
    marks = NOWHERE
    for pattern, mark in _MARKS:
        if pattern.search(kind):
            marks |= mark
    return marks


@lru_cache(maxsize=8192)
def rule_of(kind: str) -> Rule:
    """What the nodes of a kind are, found out once for each kind."""
    scope = next((name for name, pattern in _SCOPES if pattern.search(kind)), "")
    head = scope in ("function", "type")
    string = bool(STRING.search(kind)) and not NOT_STRING.search(kind)
    return Rule(
        kind=kind,
        comment=bool(COMMENT.search(kind)),
        string=string,
        adds=_marks(kind) | (Where.HEAD if head else NOWHERE),
        clears=bool(BLOCK.search(kind)),
        unit=bool(UNIT.search(kind)),
        call=bool(CALL.search(kind)),
        scope=scope,
        jump=kind in ("jump_expression", "control_transfer_statement"),
        head=head,
        decides=any(one.search(kind) for one in (CONDITION, MODIFIER, LOGICAL, DIRECTIVE)),
        text=bool(TEXT.search(kind)),
        role="number" if NUMBER.search(kind) else "name" if NAMES.search(kind) else "",
    )


CLEARED = Where.CLAUSE | Where.PARAMETER | Where.DEFAULT | Where.HEAD | Where.ARGUMENT
"""Marks that end where a block begins."""
THROWS = word_set("raise panic panic! throw throwIO error ioError fail abort bail bail!")
ASSERTS = word_set(
    "Objects.requireNonNull Preconditions.checkArgument assert assert! checkNotNull "
    "debug_assert debug_assert! precondition requireNonNull requireNotNull static_assert if unless"
)
"""What is called to make sure of a condition; `if` of Elixir is a macro."""
REQUIRES = frozenset(["kotlin", "scala", "solidity"])
"""Languages that call `require` or `check` to make sure of a condition; elsewhere these may load
something, or run a test."""
LOADERS = lazy(r"require|require_relative|require_once|load|autoload|source")
"""What is called to import."""
