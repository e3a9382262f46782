"""The words by which `quality` judges answers: those that carry no meaning and those that could
describe any change (docs/questions.md, "Answers"). They are English, and to a smaller part
German, French, Spanish, Russian, Chinese and Japanese; words of other languages are not judged."""

from __future__ import annotations

import re

from attest.text import lazy


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ENGLISH = _set("""
    the a an is are was were be been it its this that these those to of in on for and or not no
    with without when if then than so as at by from would will can could should must may might has
    have had do does did there here which who what they them their we you i he she but because
    since while also now only just still any all every each some such other
""")
"""Words that carry no meaning by themselves; where many of them stand, it is English."""
STOCK = _set("""
    accordingly accurate accurately adequate adequately advantage advantages alternatives
    approach appropriate appropriately architecture aware behave behaves behavior
    behaviour benefits better certain circumstances clarifies clarity clean cleaner clear
    clearer cohesive compatibility compatible comprehensive compromised confidence
    confused confusing confusion considerably consistency consistent consistently continue
    continues controlled convenience convenient convention conventions correct correctly
    correctness covered crucial debt dedicated dependable desirable desired developers
    easier effective effectively efficiency efficient efficiently enable enables
    encapsulated enhance enhanced enhancement enhances enhancing ensure ensured ensures
    ensuring entirely equivalent essential everything expectations expected experience
    extensible facilitate facilitates favor fine flexibility flexible friendly
    functionality graceful gracefully guarantee guaranteed guaranteeing guarantees handled
    harder help helpful helps ideal idiomatic impact impacted improve improved improvement
    improvements improves improving inconsistent incorrect incorrectly informative
    integrity intended intuitive issues likelihood maintain maintainability maintainable
    maintained maintaining maintains maintenance manage managed manages manner meaningful
    mechanism modern modular necessary needed negative negatively nicely optimal
    organization outcome outcomes overall perfectly performance portability potential
    potentially practice practices precise predictable problems prone proper properly
    protected protects providing quality readability readable redundant reliability
    reliable reliably remain remains resilient responsible risk robust robustly robustness
    safe safely safer safety satisfied scalability scalable scenario scenarios seamless
    seamlessly secure securely security sensible simpler simplified simplifies situation
    situations smooth smoothly solid solution somehow sound stability stable standards
    stays straightforward streamline streamlined successfully sufficient sufficiently
    suitable supported supports things thorough thoroughly treated undesirable unexpected
    unexpectedly unnecessary unpredictable usability useful validated valuable vital
    whatever worry
""")
"""Words that praise any change, or promise something of any: two of them weigh more than one
word that belongs to the change."""
GENERIC = _set("""
    able about above account across action actions actual actually add added adding
    addition adds adhere adheres affect affects again align aligned aligns allow allowing
    allows already always another anything app application applications around as aspect
    aspects automatically available avoid avoiding avoids basically because become becomes
    best both break breaking breaks broader broken bug bugs build builds caller callers
    can't cannot care case cases cause causes causing change changed changes changing ci
    class classes cleanup code codebase commit complete completes complexity component
    components condition conditional conditions considered consumer consumers contract
    contributors control could cover covering covers crash crashes critical current data
    default-safe defined dependent depending depends described description design detected
    deterministic developer diff different docs documentation documented doesn't don't
    done down downstream during early easy edge effect effects enabling encounter end
    entire entirety error errors every everywhere existing expect expectation explanatory
    explicit fail failing fails failure failures feature features file files fix fixed
    fixes fixing flow follow fulfilled function function's functional functions future
    general generally given gives go goal good great handle handler handles handling
    happen happens held helping hence hold holds however hunk immediately impacts
    implement implementation implemented implementing implements important input inputs
    integrate integration intent intention internal invalid invariant isn't issue it's
    just keep keeps key lead leading leads less leverage leverages leveraging library
    lifecycle likely line lines lint linter logic longer look looks lot made maintainers
    make makes making many maybe me merely method methods minor missing modification
    modifications module modules more much na never new nice none nothing notice
    noticeable noticed object objects obvious occur occurs ok okay old operate operation
    operations optimize optimized optimizes order original out output outputs over part
    parts pass passes passing pattern patterns perform performed performs platforms please
    portion possible pr preserve preserves preserving prevent preventing prevents previous
    probably problem process processed processes processing produce produces program
    project promise promises protect provide provides purpose rather reader readers
    readers' really reduce reduces reducing refactor refactored refactoring refactors
    reflects regarding regression regressions related relevant relies rely remaining
    removal remove removed removes removing requested required requirement requirements
    requires responsibility restructured result resulting results review reviewed right
    runtime safeguard safeguards same see self self-explanatory semantics sense several
    side simple simplify simply software something special specific standard state states
    stay stop stops structure stuff subsequent successful suggests support supporting sure
    sync system take taken takes task tbd term terms test tested testing tests that's
    therefore thing throughout thus time title todo trivial trust undefined understand
    understandable unintended up update updated updates updating upstream usage use used
    user user-friendly users uses using utilize utilizes valid validate validates
    validation validity value values various very vulnerabilities vulnerability way ways
    well where whether whole wip won't work working works would wrong yes
""")
"""Words about changes and programs in general: they count neither for an answer nor against it."""
OF_WORDING = _set("""
    wording reworded rewording phrasing rephrased spelling misspelling typo typos grammar
    punctuation capitalisation capitalization translation meaning formatting
""")
"""What an edit of words for readers changes: answer enough where nothing else is asked about."""
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
COMMON = _set("""
    retur value funct strin self this type types data name names list true false null none else
    case when if for new set get use call class def var let const int from with not and the
    void struct file line test tests code chang make error objec array index item
    items key keys add args arg param optio len size result defau case check input outpu expec
    metho pass other same first last one two more work where that have will only also now each
    into then than them been does should would
""")
