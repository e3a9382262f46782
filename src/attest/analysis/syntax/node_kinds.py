"""What the nodes of a tree are: patterns on their kinds, which tree-sitter's grammars
name alike, so that one table serves all of them (docs/adr/0009).

The names are those of the grammars in the pinned ast-grep-py; the node-types.json of a grammar
lists them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, cast

from attest.analysis.syntax.tokens import NOWHERE, Role, Where
from attest.text import lazy


class Rule(NamedTuple):
    """What a kind of node is.

    Args:
        kind: what the grammar calls it.
        role: of its token, as far as its kind says it. A comment or a string is one, whatever is
            in it; an `operator` may be anything.
        adds: marks for the tokens below it.
        clears: it begins a context of its own: a block of an `if` is not its condition.
        unit: it is what a question quotes of the tokens in it.
        call: it calls something.
        text: white space in it may be part of a text.
        scope: what it may give a name to: a function, a type, a value (or key), or nothing.
        decides: which of the nodes right below it may be a condition (conditions.py).
    """

    kind: str
    role: Role
    adds: int
    clears: bool
    unit: bool
    call: bool
    text: bool
    scope: str
    decides: str


_TABLE = r"""
comment    comment|^(shebang|hash_bang_line|haddock|pragma)$
string     ^(?!.*(concatenated|chained)|(string|symbol)_array$).*(?<![^_])(string|regex)(_literal)?$
string     (^|_)(string|regex)_(expression|scalar)$|(^|_)(char|character|rune)_literal$
string     (^|_)(string_lit|heredoc_body|sigil|quoted_attribute_value|preproc_arg)$
text       heredoc|template|literal|content|scalar|text|string|markup
call       ^(call|command|method_invocation|macro_invocation|function_call|constructor_invocation)$
call       (call|invocation|creation|new)_expression$
clears     (^|_)(block|body|statements?|declarations|arm|clause_list)(_list)?$|declaration_list
clears     ^(then|else|do|do_block|do_group|jsx_expression|jsx_element|jsx_attribute)$
clears     ^(lambda|closure)|(function_expression|arrow_function|anonymous_function)
unit       (comparison|binary|boolean|relational|equality|unary|additive)_(operator|expression)$
unit       (multiplicative|conjunction|disjunction|logical|infix|elvis|range)_(operator|expression)$
unit       ^(binary|not_operator|unary)$|assign|(^|_)(call|invocation)(?!_suffix)|param|await
unit       ^(command|pair|keyed_element|keyword_argument|named_argument|attribute|declaration)$
unit       ^(const_item|let_declaration|field_initializer|variable_declarator|init_declarator)$
unit       ^(const_spec|var_spec|block_mapping_pair|property_declaration|short_var_declaration)$
unit       ^(enum_variant|enumerator|element|flow_pair|block_sequence_item|static_item|import_spec)$
unit       ^list_item$|^(return|raise|throw)|(jump_expression|control_transfer_statement)
unit       (import|include|use|using)_(statement|declaration|directive|header)|preproc_(include|def)
unit       (const|field|variable)_declaration$|^(object_)?creation|new_expression
function   ^(function|method|constructor|destructor|init)_(definition|declaration|item)$
function   ^(accessor|getter|setter|operator|deinit|generator_function)_declaration$
function   ^(method|singleton_method|secondary_constructor|function_signature|modifier_definition)$
function   ^(local_function_statement|function_signature_item)$
type       ^(class|struct|enum|union|trait|interface)(_(definition|declaration|specifier|item))?$
type       ^(impl|mod|module|namespace|object|record|extension)(_(definition|declaration|item))?$
type       ^(protocol|type_alias|contract|library|companion_object)(_(declaration|statement))?$
type       ^(internal_module|singleton_class|type_spec|type_declaration|type_item)$
value      ^(variable_declarator|pair|block_mapping_pair|assignment_expression)$
value      ^(public_field_definition|field_definition)$
modifier   ^(if|unless|while|until)_modifier$
guard      ^(binary|boolean|logical|conjunction|disjunction|infix|elvis)(_|$)|^list$
directive  ^preproc_(el)?if(def)?$
choice     conditional_expression|ternary|^conditional$
CONDITION  ^(if|unless|elif|elsif|elseif|guard|else_if|cond)(_|$)|conditional_expression|ternary
CONDITION  ^(conditional|guards|let_condition|condition_clause|test_command|assert_statement)$
CONDITION  ^when_(condition|clause)$
LOOP       ^(for|while|until|do_while|foreach|enhanced_for|loop|repeat)(_|$)|^do_statement$
RETURN     ^return(_|$)|^(jump_expression|control_transfer_statement)$
RAISE      ^(raise|throws?|revert)(_|$)
CATCH      ^(except|catch(?!_expression)|rescue)(_|$)
TYPE       (^|_)type($|_(annotation|arguments|argument_list|descriptor|name|identifier)$)
TYPE       (^|_)type_(list|specifier)$
IMPORT     ^(import|preproc_include|use_declaration|using_directive|namespace_use|future_import)
IMPORT     ^(package_(clause|header|declaration)|extern_crate|export_from)
DECORATOR  ^(attribute_item|inner_attribute_item|attribute_list|attribute_group|decorator)$
DECORATOR  ^(attribute_declaration|attribute_specifier)$|(marker|^)_?annotation$
ARGUMENT   argument|^call_suffix$|^token_tree$
STATEMENT  ^(expression_statement|statements|body_statement|do_block)$
PARAMETER  ^(?!.*(template|type_param|type_arg|block_param|closure|lambda)).*(param|formals?$)
BROKEN     ^ERROR$
number     integer|float|number|decimal|int_literal|imaginary|numeric
name       identifier|name|constant|variable|word|alias|atom|label|tag|key|scalar
"""
"""What a node is, and a pattern of such kinds; in capitals the marks (`Where`) that it gives the
tokens below it. `catch_expression` of Zig is an operator. Some grammars give no leaf for the white
space of a text, such as a blank line of a here-document."""
_PATTERNS: dict[str, re.Pattern[str]] = {
    what: lazy("|".join(pattern for _, pattern in rows))
    for what, rows in groupby(map(str.split, _TABLE.strip().splitlines()), key=itemgetter(0))
}


def _first(kind: str, *names: str) -> str:
    """The first of some names in the table that a kind has; empty where it has none."""
    return next((name for name in names if _PATTERNS[name].search(kind)), "")


@lru_cache(maxsize=8192)
def rule_of(kind: str) -> Rule:
    """What the nodes of a kind are, found out once for each kind."""
    has = {name for name, pattern in _PATTERNS.items() if pattern.search(kind)}
    adds = NOWHERE
    for name in filter(str.isupper, has):
        adds |= getattr(Where, name)
    return Rule(
        kind,
        role=cast("Role", _first(kind, "comment", "string", "number", "name") or "operator"),
        adds=adds | (Where.HEAD if has & {"function", "type"} else NOWHERE),
        clears="clears" in has,
        unit="unit" in has,
        call="call" in has,
        text="text" in has,
        scope=_first(kind, "function", "type", "value"),
        decides=_first(kind, "modifier", "guard", "directive", "choice", "CONDITION"),
    )


_CALLS = """
RAISE | * | raise panic panic! throw throwIO error ioError fail abort bail bail!
CONDITION | * | Objects.requireNonNull Preconditions.checkArgument assert assert! checkNotNull if
CONDITION | * | debug_assert debug_assert! precondition requireNonNull requireNotNull static_assert
CONDITION | * | unless
CONDITION | kotlin scala solidity | require check
IMPORT | * | require require_relative require_once load autoload source
RETURN | bash | return exit
"""
"""What is called to raise, to make sure of a condition (`if` of Elixir is a macro), to load or to
return, in all languages or in some: elsewhere `require` may load something, and `check` run a
test."""
_MARKS_OF_CALLS: dict[tuple[str, str], int] = {
    (language, callee): getattr(Where, mark)
    for mark, languages, callees in (row.split(" | ") for row in _CALLS.strip().splitlines())
    for language in languages.split()
    for callee in callees.split()
}


def marks_of_call(callee: str, language: str) -> int:
    """The marks of what is below a call, by what it calls: many languages have no syntax of their
    own for these."""
    of_all = _MARKS_OF_CALLS.get(("*", callee), NOWHERE)
    return _MARKS_OF_CALLS.get((language, callee), of_all)
