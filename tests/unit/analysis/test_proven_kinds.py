"""A kind is claimed only where something proves it: the place of a word in the tree, or one of
the documented rules for text."""

from __future__ import annotations

import pytest

from support import corpus
from support.corpus import Looker

CODE = {"code-changed", "comment", "comment-text", "prose"}
"""What claims nothing of the syntax."""


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("o.jl", "module O\nend\n", "module O\nstruct K <: Base.Ordering end\nend\n"),
        ("g.pyx", "cdef f():\n    with gil:\n        g()\n", "cdef f():\n    g()\n"),
        ("h.pl", "print 1;\n", "if ($a) { system('x'); }\nprint 1;\n"),
        ("s.unknown", "run\n", "if x: exec(chmod 777)\n"),
        ("a.c", "int f(void) { return 1 }}} @@\n", "int f(void) { system(x) }}} @@\n"),
        ("d.jl", '"""\nAdds.\n"""\nf(a) = a\n', '"""\nAdds.\n\nIf a, for b.\n"""\nf(a) = a\n'),
        ("m.py", "def f():\n    '''a : b'''\n", "def f():\n    '''a : c'''\n"),
        ("D.cs", "/// A.\nclass D {}\n", "/// if (a) { b(); }\nclass D {}\n"),
        ("d.ex", 'defmodule D do\n  @doc "A."\nend\n', 'defmodule D do\n  @doc "B."\nend\n'),
    ],
)
def test_what_no_grammar_proves_is_plain_code(
    looker: Looker, path: str, old: str, new: str
) -> None:
    assert looker.look(corpus.side(path, old), corpus.side(path, new)).effects <= CODE


@pytest.mark.parametrize(
    ("path", "old", "new", "kind"),
    [
        ("q.test.js", "expect(q.at(1)).toBe(1);", "expect(q.skip(2)).toBe(1);", "test-weakened"),
        ("tests/f.c", "int f() { }", "int f() { skipline(b); }", "test-weakened"),
        ("f.php", "<?php return $a;", "<?php return \\sprintf('%d', $a);", "security"),
        ("c.js", "class A {}", "class A { async f() { return await g(); } }", "concurrency"),
        ("l.py", "lock = 1", "lock = 2", "concurrency"),
        ("e.py", "x = 1  # eval", "x = 2  # os.system catch", "execution"),
        ("p.go", "package p\nvar a = 0600", "package p\nvar a = 0o600", "security"),
        ("p.py", "os.chmod(p, 0x1ff)", "os.chmod(p, 0o777)", "security"),
        ("c.py", "# catch it\nif x:\n  raise A\ng()", "# catch it\ng()", "exception-swallowed"),
        ("v.js", "f(a)", "f(vm.count(a))", "execution"),
        ("w.cpp", "void f() { }", "void f() { auto p = weak.lock(); }", "concurrency"),
        ("d.js", "f()", "modal.close()", "execution"),
        ("x.js", "m(a)", "re.exec(a)", "execution"),
        ("t.rb", "a", "def system(x) = 1", "execution"),
        ("k.py", "os.chmod(p, 1)", "if f():\n    os.chmod(p, 1)", "security"),
        ("doc.md", "{% if a %}", "{% if b %}", "condition-changed"),
        ("s.py", 's = "{% if a %}"', 's = "{% if b %}"', "condition-changed"),
        ("n.tf", 'a "b" {\n  count = 2\n}', 'a "b" {\n  count = 3\n}', "condition-changed"),
        ("o.js", "f(open)", "f(closed)", "function-removed"),
        ("models/a.sql", "select 1;", "select 2;", "migration"),
    ],
)
def test_a_word_elsewhere_proves_nothing(
    looker: Looker, path: str, old: str, new: str, kind: str
) -> None:
    seen = looker.look(corpus.side(path, f"{old}\n"), corpus.side(path, f"{new}\n"))
    assert seen.effects
    assert kind not in seen.effects


@pytest.mark.parametrize(
    ("path", "old", "new", "kind"),
    [
        ("p.py", "os.chmod(p, 0o600)", "os.chmod(p, 0o644)", "security"),
        ("v.py", "@login_required\ndef f(): pass", "def f(): pass", "security"),
        ("a.rs", "fn f() { a.load(A::SeqCst); }", "fn f() { a.load(A::Relaxed); }", "concurrency"),
        ("w.js", "async () => { await f(); }", "async () => { f(); }", "concurrency"),
        ("c.js", "try { a(); } catch (e) { b(); }", "try { a(); } catch (e) { }",
         "exception-swallowed"),
        ("r.rb", "a\nb", "a rescue nil\nb", "exception-swallowed"),
        ("t.tf", 'a "b" {\n  count = 1\n}', 'a "b" {\n  count = var.x ? 1 : 0\n}',
         "condition-added"),
        ("t.tf", 'a "b" {\n}', 'a "b" {\n  for_each = var.x\n}', "condition-added"),
        ("m.html", "{% if a.b %}\n1\n{% endif %}", "{% if a %}\n1\n{% endif %}",
         "condition-changed"),
        ("m.html", "{% if a %}\n1\n{% endif %}", "1", "check-removed"),
        ("m.html.erb", "<% unless a %>\n1\n<% end %>", "<% unless b %>\n1\n<% end %>",
         "condition-changed"),
        ("m.hbs", "{{#if a}}\n1\n{{/if}}", "{{#if b}}\n1\n{{/if}}", "condition-changed"),
        ("c/t.yaml", "a:\n{{- if .b }}\n  x: 1\n{{- end }}", "a:\n{{- if .c }}\n  x: 1\n{{- end }}",
         "condition-changed"),
        ("Makefile", "ifdef A\nx := 1\nendif", "ifdef B\nx := 1\nendif", "condition-changed"),
        ("a.jl", "if a\n  f()\nend", "if b\n  f()\nend", "condition-changed"),
        ("a.vue", '<p v-if="a">1</p>', '<p v-if="b">1</p>', "condition-changed"),
        (".github/workflows/a.yml", "a:\n  if: b", "a:\n  if: c", "condition-changed"),
        ("db/migrate/1.sql", "drop table a;", "drop table b;", "migration"),
    ],
)  # fmt: skip
def test_what_is_proven_is_claimed(
    looker: Looker, path: str, old: str, new: str, kind: str
) -> None:
    seen = looker.look(corpus.side(path, f"{old}\n"), corpus.side(path, f"{new}\n"))
    assert kind in seen.effects
