"""Words of code that say what it can do, by what libraries and languages call it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from attest.analysis import lexicon
from attest.analysis.kinds import Kind
from attest.text import lazy

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
_WITHIN = lazy(r"\\w\*((?:\w|\[\w+\])+)\\w\*")


def _whole(pattern: str) -> re.Pattern[str]:
    """A pattern for a whole word. `\\w*x\\w*` looks for the first x alone: where the word
    does not end behind it, no other x helps."""
    once = _WITHIN.sub(r"(?>\\w*?\1)\\w*+", pattern)
    return lazy(rf"(?:{once})\Z")


_WORD_TABLE = [(kind, _whole(pattern)) for kind, pattern in _SUBJECTS]
_RELEASES = lazy(
    r"(close|fclose|closedir|free|\w+_free|dispose|Dispose|Close|shutdown|disconnect|destroy|"
    r"finally|ensure|"
    r"defer|with|using|drop|unlink|delete)\Z"
)
_LOCKS = lazy(
    r"(lock|Lock|RLock|mutex|Mutex\w*|RwLock|ReentrantLock|acquire|synchronized|semaphore|"
    r"Semaphore|lock_guard|"
    r"unique_lock|scoped_lock|pthread_mutex_lock|synchronize|await|atomic\w*|Atomic\w*|"
    r"volatile|with_lock|memory_order\w*|Volatile|Synchronized|_?lock_?|\w+_lock|\w+Lock|mu|mtx)\Z"
)


@lru_cache(maxsize=8192)
def subject_of(word: str) -> Kind | None:
    """Which subject a word of code belongs to; None for most words. The first one that has
    it counts."""
    if len(word) > lexicon.LONGEST:
        return None
    return next((kind for kind, pattern in _WORD_TABLE if pattern.match(word)), None)


def releases(word: str) -> bool:
    """Whether a word gives a resource back."""
    return len(word) <= lexicon.LONGEST and bool(_RELEASES.match(word))


def locks(word: str) -> bool:
    """Whether a word keeps others out, or makes them wait."""
    return len(word) <= lexicon.LONGEST and bool(_LOCKS.match(word))
