"""Words of code that tell what it can do, by what they are called in the field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from attest.analysis.kinds import Kind

LONGEST = 100
"""Letters of a word that is looked up."""

IFS = frozenset(["if", "elif", "unless", "elsif", "guard", "cond"])
ASSERTS = frozenset(
    [
        "assert",
        "assert!",
        "check",
        "checkArgument",
        "checkNotNull",
        "debug_assert",
        "debug_assert!",
        "precondition",
        "require",
        "require!",
        "requireNonNull",
        "requireNotNull",
        "static_assert",
    ]
)
LEAVES = frozenset(["return", "break", "continue", "next", "goto", "redo", "retry"])
LOOPS = frozenset(["for", "while", "until", "foreach", "loop", "do"])
RAISES = frozenset(
    [
        "abort",
        "bail",
        "bail!",
        "error",
        "fail",
        "panic",
        "panic!",
        "raise",
        "revert",
        "throw",
        "throwIO",
    ]
)
CATCHES = frozenset(["except", "catch", "rescue"])
ALWAYS = frozenset(["finally", "ensure", "defer", "with", "using"])
NULLS = re.compile(
    r"(None|null|nil|undefined|nullptr|NULL|is_none|is_some|is_null|isNull|nil\?|blank\?|present\?|"
    r"empty\?|isEmpty|is_empty|isset|unwrap|unwrap_or|unwrap_or_default|unwrap_or_else|Optional|"
    r"getOrElse|fromJust|fromMaybe|orElse|\?\?|\?\?=|\?\.|\?:|!!|&\.)\Z"
)
DEFINES = frozenset(
    [
        "def",
        "fn",
        "func",
        "function",
        "fun",
        "class",
        "struct",
        "interface",
        "trait",
        "enum",
        "module",
        "impl",
        "namespace",
        "type",
        "object",
        "protocol",
        "contract",
        "defp",
        "defmodule",
        "defmacro",
        "record",
        "union",
    ]
)
MODIFIERS = frozenset(
    [
        "abstract",
        "async",
        "const",
        "constexpr",
        "declare",
        "default",
        "export",
        "extern",
        "final",
        "inline",
        "internal",
        "let",
        "open",
        "override",
        "partial",
        "private",
        "protected",
        "pub",
        "public",
        "sealed",
        "static",
        "template",
        "unsafe",
        "var",
        "virtual",
    ]
)
"""Words before a definition."""
ARITHMETIC = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "%",
        "**",
        "//",
        "<<",
        ">>",
        ">>>",
        "&",
        "|",
        "^",
        "~",
        "+=",
        "-=",
        "*=",
        "/=",
        "%=",
        "<<=",
        ">>=",
        "&=",
        "|=",
        "^=",
        "++",
        "--",
    ]
)
COMPARISONS = frozenset(
    [
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "!=",
        "===",
        "!==",
        "<>",
        "=~",
        "!~",
        "&&",
        "||",
        "and",
        "or",
        "not",
        "!",
        "in",
        "is",
        "<=>",
        "-lt",
        "-le",
        "-gt",
        "-ge",
        "-eq",
        "-ne",
        "~=",
    ]
)
OPEN_CLOSE = re.compile(r"[()\[\]{};,:]+\Z|end\Z|then\Z|do\Z")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

MESSAGES = re.compile(
    r"(^|[.:])(errors\.New|fmt\.Errorf|Errorf|stop|die|croak|\w*Error|\w*Exception|error)\Z"
)
"""Whom the text of an error is given to."""
LOGS = re.compile(
    r"(^|[.:>])(_?log(ger|ging)?s?|slog|syslog|console|klog|logrus|zap|tracing|NSLog|print(ln|"
    r"f|err)?!?|"
    r"eprint(ln)?!?|fprintf|debug!?|info!?|warn(ing)?!?|trace!?|puts|echo|secho|dbg!)([.:(]|\Z|->)",
    re.IGNORECASE,
)
SQL = re.compile(
    r"\b(select\s.{1,200}?\sfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|"
    r"create\s+(table|index|"
    r"unique)|alter\s+table|drop\s+(table|index|column))\b|"
    r"\bwhere\s+[\w.]+\s*(=|<|>|in\s*\(|like\s)",
    re.IGNORECASE | re.DOTALL,
)
REGEX_CALLS = re.compile(
    r"(^|[.:])(re|regex|regexp|pattern)([.:]+(compile|match|search|sub|findall|finditer|"
    r"fullmatch|split|"
    r"new|MustCompile|Compile|matches))\Z|preg_\w+\Z|RegExp\Z|Regex\Z|(lazy_)?regex!\Z|"
    r"regcomp\Z|gsub!?\Z|"
    r"replaceAll\Z|NSRegularExpression\Z",
    re.IGNORECASE,
)
SWALLOWED = re.compile(
    r"\|\|\s*+true\b|(?m:^)[^\S\n]*+(let\s++)?_\s*+=\s*+[\w.]+[(.!]|"
    r"\.catch\(\s*+\(?\w*+\)?\s*+=>\s*+(\{\s*+\}|null|undefined)\s*+\)|"
    r"\bsuppress\(|\brescue\s+nil\b|\btry\?(\s|$)|\.ok\(\);|@(file|fopen|unlink|mkdir)\w*\("
)
UNITS = re.compile(
    r"(_|\b)(ms|msec|millis\w*|sec|secs|seconds?|minutes?|hours?|days|usec|micros\w*|nanos\w*|"
    r"bytes?|kb|mb|"
    r"kib|mib|kilobytes|timeouts?|ttl|interval|delay|duration|timedelta|size_limit|max_size|"
    r"px|percent)(_|\b)|"
    r"(?-i:Timeout|Seconds|Millis|Minutes|Duration|Interval|Delay|(?<![a-z])Bytes)",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"(^|_)(nanos\w*|micros\w*|millis\w*|secs?|seconds?|minutes?|mins?|hours?|days|weeks)$",
    re.IGNORECASE,
)
"""What time is counted in."""
FLAGS = re.compile(
    r"feature_?flag|feature_?gate|experiment|toggle|is_?enabled|enable_[a-z_]+\b(?!\()|use_[a-z]+_flag|"
    r"cfg_?feature",
    re.IGNORECASE,
)

_SUBJECTS: Sequence[tuple[Kind, str]] = (
    (
        "eval",
        (
            r"eval|exec|execfile|instance_eval|class_eval|module_eval|class_exec|new Function|"
            r"create_function|"
            r"ScriptEngine|__import__|runInContext|runInNewContext|literal_eval"
        ),
    ),
    (
        "deserialisation",
        (
            r"pickle|cPickle|marshal|Marshal|unserialize|unpickle|ObjectInputStream|readObject|"
            r"BinaryFormatter|"
            r"jsonpickle|dill|yaml\.load|unsafe_load|full_load|XStream|TypeNameHandling|from_pickle|"
            r"torch\.load"
        ),
    ),
    (
        "shell",
        (
            r"subprocess|os\.system|popen|Popen|execSync|spawnSync|execFile|child_process|"
            r"shell_exec|passthru|proc_open|"
            r"escapeshellarg|escapeshellcmd|ProcessBuilder|CommandLine|Command::new|exec\.Command|"
            r"execvp?e?|shlex|"
            r"system|shell|sudo|getRuntime"
        ),
    ),
    (
        "authentication",
        (
            r"\w*authenticat\w*|\w*authoriz\w*|authori[sz]e\w*|basic_?auth\w*|auth|auth_?token|"
            r"access_?token|log_?in|log_?out|sign_?in|"
            r"\w*password\w*|passwd|credentials?|csrf\w*|xsrf\w*|jwt|JWT|oauth\w*|is_?admin|"
            r"privileges?|api_?key|"
            r"session_?secret|cookie_?secret|\w*authenticity_token|same_?[sS]ite|SameSite|"
            r"http_?[oO]nly|\w*login_required|\w*Authentication|verify_?[tT]oken"
        ),
    ),
    (
        "crypto",
        (
            r"hashlib|md5|sha1|sha224|sha256|sha512|MD5|SHA1|SHA256|SHA512|hmac|HMAC|"
            r"\w*encrypt\w*|\w*decrypt\w*|[Cc]ipher\w*|AES\w*|RSA\w*|"
            r"ssl|SSL\w*|tls|TLS\w*|InsecureSkipVerify|verify_mode|CERT_NONE|x509|X509\w*|nonce|"
            r"bcrypt|scrypt|argon2|"
            r"secrets|SecureRandom|urandom|getrandom|MessageDigest|KeyPair\w*|constant_time\w*|"
            r"compare_digest|rejectUnauthorized|randomBytes|PBEKeySpec|load_verify_locations|"
            r"\w*danger_accept_invalid\w*|ServerCertificateCustomValidationCallback"
        ),
    ),
    (
        "permission",
        (
            r"[Cc]hmod|fchmod|[Cc]hown|lchown|umask|setuid|setgid|seteuid|os\.FileMode|FileMode|"
            r"PosixFilePermission\w*|"
            r"S_I[RWX]\w+|access_control\w*|allow_origins?|setReadable|setWritable|setExecutable|"
            r"\w*[Pp]ermissions?"
        ),
    ),
    (
        "unsafe",
        (
            r"unsafe|transmute|reinterpret_cast|memcpy|memmove|strcpy|strcat|sprintf|gets|alloca|"
            r"Unsafe\w*|from_raw\w*|"
            r"get_unchecked\w*|unwrap_unchecked|dangerouslySetInnerHTML|innerHTML|outerHTML|"
            r"v-html|mark_safe|html_safe|"
            r"document\.write|Markup|realloc|set_len|no_escape"
        ),
    ),
    (
        "concurrency",
        (
            r"lock|unlock|Lock|Unlock|RLock|RUnlock|mutex|Mutex\w*|RwLock|ReentrantLock|acquire|"
            r"release|synchronized|semaphore|"
            r"Semaphore|lock_guard|unique_lock|scoped_lock|atomic\w*|Atomic\w*|volatile|await|"
            r"async|spawn|Thread\w*|threading|pthread_\w+|"
            r"WaitGroup|chan|select!|Promise|setTimeout|setInterval|nextTick|CompletableFuture|"
            r"ExecutorService|"
            r"synchronize|Monitor|memory_order\w*|Ordering|ThreadLocal|thread_local|ContextVar|"
            r"asyncio|tokio|"
            r"compare_exchange\w*|notify_all|notifyAll|sync\.\w+|lock_for_update|with_lock|"
            r"Relaxed|AcqRel|SeqCst|Concurrent\w+|join_all|rayon|Volatile|Synchronized|launch|goroutine|"
            r"_?lock_?|\w+_lock|\w+Lock|mu|mtx"
        ),
    ),
    (
        "resource",
        (
            r"open|close|fopen|fclose|closedir|opendir|malloc|calloc|free|\w+_free|dispose|"
            r"Dispose|shutdown|disconnect|"
            r"File::open|File::create|unlink|mkstemp|mkdtemp|NamedTemporaryFile|"
            r"TemporaryDirectory|tempfile|socket|"
            r"fdopen|Close|Open|OpenFile|createReadStream|createWriteStream|destroy|delete|"
            r"finally|ensure|defer|with|using|"
            r"\w*[Pp]ool|drop|close_fds|HttpClient|Cursor"
        ),
    ),
)
_WITHIN = re.compile(r"\\w\*((?:\w|\[\w+\])+)\\w\*")


def _whole(pattern: str) -> re.Pattern[str]:
    """A pattern for a whole word. `\\w*x\\w*` looks for the first x alone: where the word
    does not end behind it, no other x helps."""
    once = _WITHIN.sub(r"(?>\\w*?\1)\\w*+", pattern)
    return re.compile(rf"(?:{once})\Z")


_WORD_TABLE = [(kind, _whole(pattern)) for kind, pattern in _SUBJECTS]
_RELEASES = re.compile(
    r"(close|fclose|closedir|free|\w+_free|dispose|Dispose|Close|shutdown|disconnect|destroy|"
    r"finally|ensure|"
    r"defer|with|using|drop|unlink|delete)\Z"
)
_LOCKS = re.compile(
    r"(lock|Lock|RLock|mutex|Mutex\w*|RwLock|ReentrantLock|acquire|synchronized|semaphore|"
    r"Semaphore|lock_guard|"
    r"unique_lock|scoped_lock|pthread_mutex_lock|synchronize|await|atomic\w*|Atomic\w*|"
    r"volatile|with_lock|memory_order\w*|Volatile|Synchronized|_?lock_?|\w+_lock|\w+Lock|mu|mtx)\Z"
)
_DIRECTIVE = re.compile(
    r"^#!|coding[:=]|^//\s*go:|^//\s*\+build|type:\s*ignore|\bnoqa\b|pylint|\bnosec\b|eslint|"
    r"@ts-|prettier-ignore|"
    r"NOLINT|clang-format|frozen_string_literal|rubocop|phpcs|@phpstan|@psalm|pragma|istanbul|"
    r"c8 ignore|webpack\w+:|"
    r"@jsx|@flow|tslint|biome-ignore|mypy:|pyright|fmt:|isort:|spell-?check|shellcheck|"
    r"hadolint|codespell|"
    r"SPDX-License|@generated|DO NOT EDIT|^\s*+/?\*++\s*+@[A-Z]\w+|"
    r"magic[- ]comment|checkov|nolint|export\s|^\{-#|^(//|/\*)\s*#\s*\w|\bcgo\b|"
    r"^#\s*(syntax|escape|check)\s*=|^#\s*(dependencies|requires-python)\s*=|cython:|^//line\s|"
    r"<reference|sourceMappingURL|@test\b|@type\b|@jest|^\s*+(///?|#|\*)?\s*+(>>>|```)|"
    r"<!--\s*(#|\[)|#SBATCH|#PBS|!\$omp|synthesis\s|translate_o|^#\s*typed:|^#cloud-config|"
    r"@[a-z]\w*\(|@(Is|Route|Assert|ORM)\w*"
)


def is_counted(word: str) -> bool:
    """Whether a word says what time is counted in."""
    return len(word) <= LONGEST and bool(COUNTED.search(word))


@lru_cache(maxsize=8192)
def subject(word: str) -> Kind | None:
    """Which subject a word of code belongs to; None for most words."""
    if len(word) > LONGEST:
        return None
    return next((kind for kind, pattern in _WORD_TABLE if pattern.match(word)), None)


def releases(word: str) -> bool:
    """Whether a word gives a resource back."""
    return len(word) <= LONGEST and bool(_RELEASES.match(word))


def locks(word: str) -> bool:
    """Whether a word holds others back."""
    return len(word) <= LONGEST and bool(_LOCKS.match(word))


def is_directive(comment: str) -> bool:
    """Whether a comment tells a program something."""
    return any(_DIRECTIVE.search(line[:400]) for line in comment[:40_000].split("\n"))
