"""The words by which `quality` judges answers: those that carry no meaning, those that could
describe any change, and those that no empty answer has (docs/questions.md, "Answers"). They
are English, and to a smaller part German, French, Spanish, Russian, Chinese and Japanese;
words of other languages are not judged."""

from __future__ import annotations

import re

from attest.text import lazy


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SIGNS = {
    name: lazy(pattern)
    for name, pattern in {
        "assignment": r"[^=!<>]=[^=]",
        "comma": ",",
        "semicolon": ";",
        "colon": ":",
        "comment": r"//|/\*|#|^\s*\*|--|<!--",
        "parenthesis": r"[()]",
        "parentheses": r"[()]",
        "bracket": r"[\[\](){}]",
        "brace": r"[{}]",
        "slash": "/",
        "dash": "-",
        "hyphen": "-",
        "underscore": "_",
        "dot": r"\.",
        "ampersand": "&",
        "asterisk": r"\*",
        "regex": r"(?m:^)[^\n\[(\\]*+[\[(\\].*[\])*+?]",
        "digit": r"\\d|\d",
    }.items()
}
"""Signs in code, by the names that people give them."""
ENGLISH = _set("""
    the a an is are was were be been it its this that these those to of in on for and or not no
    with without when if then than so as at by from would will can could should must may might has
    have had do does did there here which who what they them their we you i he she but because
    since while also now only just still any all every each some such other
""")
"""Words that carry no meaning by themselves; where many of them stand, it is English."""
GENERIC = _set("""
    modification modifications inconsistent taken depending processed validated validates validate
    sync successfully successful completes complete produces produce deterministic well defined
    safeguard safeguards protects protect protected conditions encounter given action actions
    requested missing because internal always never guarantee operate correctness semantics
    original accurate desired available end complexity reduce reduces reducing contributors
    explicit default-safe aligned aligns align conventions convention resilient intuitive adheres
    adhere vulnerabilities vulnerability regressions regression dependable lifecycle predictable
    developer work works working fine ok okay good better best well nice great fix fixes fixed
    fixing bug bugs issue issues problem problems error errors improve improves improved improving
    improvement improvements readability maintainability performance quality clean cleaner cleanup
    code codebase refactor refactors refactored refactoring update updates updated updating change
    changes changed changing add adds added adding addition remove removes removed removing make
    makes making made sure ensure ensures ensuring ensured proper properly correct correctly
    correctness right robust robustness reliable reliability reliably stable stability consistent
    consistency consistently function functions functionality feature features functional logic
    behavior behaviour behaves behave expected expectation expectations intended intention needed
    necessary required requirement requirements important essential crucial critical key vital
    edge case cases handle handles handled handling handler support supports supported supporting
    implementation implement implements implemented implementing practice practices standard
    standards modern safe safer safely safety secure security efficient efficiently efficiency
    optimal optimize optimizes optimized simple simpler simplify simplifies simplified easy easier
    clear clearer clarity system application app program project software component components
    module modules part various several different scenario scenarios situation situations use user
    users using usage used uses overall general generally user-friendly experience seamless
    seamlessly smooth smoothly flexible flexibility scalable scalability extensible maintain
    maintains maintained maintainable maintaining keep keeps preserve preserves preserving
    existing current previous new old provide provides providing allow allows allowing enable
    enables enabling help helps helping prevent prevents preventing avoid avoids avoiding
    potential unexpected possible future potentially way ways thing things something anything
    everything nothing stuff yes none na done see above self explanatory self-explanatory obvious
    trivial minor just see code same as described description title commit pr diff review please
    tbd todo wip test tests testing tested pass passes passing lint linter ci build builds break
    breaks breaking broken fail fails failing failure failures incorrect incorrectly invalid
    unintended undefined integrity invariant hold holds held guarantee guarantees guaranteed value
    values data input inputs output outputs result results state states process processes
    processing flow operation operations method methods class classes object objects structure
    design pattern patterns architecture integrate integration appropriate appropriately adequate
    accurately accurate effectively effective comprehensive enhanced enhances enhance enhancement
    leverage leverages leveraging utilize utilizes streamlined streamline dependable condition
    conditions conditional certain specific relevant related regarding impact impacts affect
    affects aspects aspect approach solution intent purpose goal line lines hunk file files stop
    stops would could crash crashes runtime time up down out more less very much many lot really
    basically actually simply merely because throughout across whole entire entirety everywhere
    likely probably maybe lead leads cause causes causing result resulting ensures contract cannot
    can't won't doesn't don't isn't it's that's validity valid validation downstream upstream
    caller callers consumer consumers subsequent rely relies dependent depends graceful gracefully
    unpredictable predictable leading
""")
FILLERS = lazy(
    r"(n/?a|none|nothing|no|yes|tbd|todo|wip|idk|dunno|asdf\w*|test|foo|bar|lorem ipsum.*|"
    r"[.?!\-_ ]*|see (above|below|diff|code|commit|pr|title|description|issue)\b.*|"
    r"same( as (above|before))?|as above|ditto|self[- ]explanatory|obvious(ly)?|"
    r"it works( now)?|works now|"
    r"funktioniert( jetzt)?|siehe oben|keine ahnung|fehler behoben|rien|voir ci-dessus|"
    r"ça marche|corrige (le|un) bug|"
    r"nada|funciona( ahora)?|arregla (el|un) error|ver arriba|исправлено|исправляет баг|"
    r"работает|не знаю|"
    r"修复(了)?(一个)?(bug|问题|错误)?|无|没有|同上|正常工作|优化代码|"
    r"バグ修正|なし|動作します|특이사항 없음|없음|버그 수정)",
    re.IGNORECASE,
)
ROWS = ("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
"""Rows of keyboards, for words that are only fingers moving."""
FOREIGN = (
    _set("""
        der die das den dem des ein eine einen einem einer eines es ist sind war waren wird werden
        wurde wurden würde würden kann können könnte könnten muss müssen soll sollte darf nicht
        kein keine keinen so halt eben nur auch noch schon immer wieder vorher jetzt ja nein und
        oder aber sonst wenn dann weil da damit dass als wie für von zu zum zur im in an am auf mit
        ohne durch bei nach aus über unter um hier dies diese dieser dieses diesen man wir ich sich
        sie er mehr alle allen alles nichts etwas was sehr zugleich einfach dadurch dabei
        änderung änderungen anpassung anpassungen geht gehen funktioniert funktionieren läuft
        richtig korrekt fehler fehlern bug problem probleme behebt behoben beheben verbessert
        verbesserung verbessern besser gut sauber code codes system systems anwendung programm
        stellt stellen sicher sicherstellen verhält verhalten wartbarkeit lesbarkeit stabilität
        leistung qualität robustheit fall fälle fällen bestimmten bestimmte umständen unerwartete
        unerwartetes unerwarteten auftreten beeinträchtigen notwendig nötig wichtig erforderlich
        ahnung weiß gesamten gesamte zuverlässig potenzielle mögliche vermeiden verhindern ticket
        verlangt gewünscht tests bestehen
    """),
    _set("""
        le la les l un une des du de d au aux ce c cet cette ces ça cela il elle on je j tu nous
        vous ils elles se s sa son ses et ou mais donc car si que qu qui quoi dont où ne n pas plus
        rien tout tous toute toutes est sont était être a ai avoir fait faire faut doit doivent peut
        pourrait peuvent va en y dans par pour avec sans sur sous sinon comme juste mieux bien très
        aussi ainsi encore afin lorsque certaines certains
        changement modification correction code marche marcher fonctionne fonctionner
        fonctionnement casse casser erreur erreurs problème problèmes bug bugs corrige corriger
        améliore améliorer amélioration garantit garantir assure assurer robustesse lisibilité
        maintenabilité stabilité fiabilité qualité performance performances système application
        programme ensemble comportement comportements cohérent inattendu inattendus situations
        situation cas présenter nécessaire important obligatoire sais spécial correct correctement
        éviter potentiels éventuels
    """),
    _set("""
        el la los las lo un una unos unas de del al a en y o u pero que qué quien se su sus si sí no
        ni es son era ser está estaba estar hay ha han he sé así como por para porque con sin sobre
        entre más menos muy bien mejor todo todos toda todas nada algo este esta esto estos estas
        ese esa eso debe deben puede pueden podría cuando donde también ya sólo solo
        cambio cambios modificación corrección código funciona funcionar funcione funcionen
        correctamente correcto error errores problema problemas corrige corregir arregla arreglar
        mejora mejorar garantiza garantizar asegura asegurar estabilidad rendimiento calidad
        legibilidad mantenibilidad sistema aplicación programa casos caso general situaciones
        ciertas comportamiento inesperado inesperados necesario importante requerido evitar
    """),
    _set("""
        и в во на с со к ко о об от до из за по у для без при через это этот эта эти этого этой
        данное данный данного данной так то та тот что чтобы как если иначе или но а не ни нет да
        же бы был была было были быть есть я мы он она оно они его её их всё все всех весь вся
        просто надо нужно можно нельзя теперь уже ещё только очень себя тут здесь некоторых
        определённых
        изменение изменения изменений исправление исправления исправил исправлено исправляет
        ошибка ошибку ошибки ошибок баг проблема проблему работает работать работало работал
        работу правильно корректно корректную корректная хорошо лучше обеспечивает улучшает
        улучшено повышает надёжность читаемость стабильность производительность качество код
        кода системы система систему приложение приложения программа программы случаях ситуациях
        могло может вести непредсказуемо неожиданно поведение необходимо важно знаю
    """),
)
"""By language: words that carry no meaning, and words that fit any change."""
ASIAN = lazy(r"[\u3040-\u30ff\u3400-\u9fff]")
ASIAN_GENERIC = lazy(
    "应用程序|可读性|可维护性|稳定性|可靠性|安定性|保守性|可読性|信頼性|予期しない|"
    "这样|这个|此|该|这|更改|修改|改动|变更|更加|更好|没有|什么|任何|问题|的话|出错|错误|修复|"
    "一个|为了|确保|保证|系统|应用|程序|代码|各种|某些|情况|能够|可以|正常|正确|运行|工作|同时|"
    "提高|提升|增强|改善|性能|质量|如果|可能|出现|意外|异常|行为|以及|并且|否则|需要|必须|应该|"
    "优化|完善|功能|避免|潜在|就|不|没|的|会|了|在|下|都|能|和|与|让|用|它|我|也|很|有|是|改|好|"
    "この|その|これ|こう|変更|修正|により|よって|より|システム|全体|コード|品質|向上|動作|防ぐ|"
    "こと|特に|理由|必要|問題|エラー|バグ|正しく|正常|ため|場合|する|した|して|します|され|しない|"
    "できます|できる|ありません|分かりません|ません|あります|ある|いる|ない|ように|よう|動か|動く|"
    "から|まで|です|ます|ので|でき|が|を|は|に|で|と|も|の|し|た|て|だ|い|な|く|る|き"
)
BEHAVIOUR = _set("""
    raises raise raised throws thrown crash crashes crashed hang hangs hung deadlock deadlocks
    leak leaks leaked overflow overflows underflow truncated truncates truncate duplicate
    duplicates duplicated segfault segfaults panic panics panicked abort aborts infinite recursion
    stale race races dangling freed null nil none nan negative zero empty missing timeout timeouts
    blocks blocked loop loops compile compiles compiler warning warnings warn warns deprecated
    deprecation ignored dropped lost skipped swallowed escaped unescaped encoding unicode utf byte
    bytes windows linux macos mac solaris bsd msvc gcc clang mingw android ios browser browsers
    proxy locale timezone quadratic slow slower faster reserved overwritten overwrite overwrites
    uninitialized unreachable unused shadowed renders rendered twice backslash backtick backticks
    newline quote quotes lower upper whitespace blank trailing thread threads lock locks locked
    mutex concurrent concurrently parallel atomic sorted unsorted socket sockets pointer pointers
    heap cached cookie cookies header headers umask callback callbacks argument arguments locals
""")
"""What programs do when they do wrong, and where: words that no filler has."""
COMMON = _set("""
    retur value funct strin self this type types data name names list true false null none else
    case when if for new set get use call class def var let const int from with not and the
    void struct file line test tests code chang make error objec array index item
    items key keys add args arg param optio len size result defau case check input outpu expec
    metho pass other same first last one two more work where that have will only also now each
    into then than them been does should would
""")
