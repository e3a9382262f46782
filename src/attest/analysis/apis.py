"""What code can do, as far as a grammar proves it: the one table of known APIs.

A name says what is done only at its place in the tree: as the callee of a call, as a decorator,
a type, or a keyword of the language. The same word elsewhere (a variable `lock`, a method `skip`
of a query, a comment) proves nothing. Names are those of the languages' own documentation and
standard libraries, and of a few frameworks that nearly every project of their field uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import cast

from attest.analysis.kinds import KINDS, Kind
from attest.analysis.syntax.tokens import Token, Where
from attest.text import lazy

_TABLE = """
call assertion | * | assert* Assert* .assert* refute* EXPECT_* ASSERT_* REQUIRE* XCTAssert*
call assertion | * | debug_assert* t.Error* t.Fatal* t.Fail* require.* pytest.raises
call assertion | * | .expectException
call assertion | dart javascript ruby tsx typescript | expect
call case | * | it test describe context specify .it .test .describe .context .specify
call case | * | TEST TEST_F TEST_P
call concurrency | * | .unlock .Unlock .RUnlock .Lock .RLock .try_lock .withLock .synchronize
call concurrency | * | pthread_* atomic.* atomic_* Interlocked.* Monitor.Enter Monitor.Exit
call concurrency | * | threading.* Thread Thread.new Mutex.new ThreadPoolExecutor thread.spawn
call concurrency | * | tokio.spawn Task.Run Task.async Task.await Promise.* asyncio.create_task
call concurrency | elixir kotlin | spawn spawn_link launch async withContext runBlocking
call concurrency | java kotlin scala python | .lock .acquire
call concurrency | rust swift | .lock
call execution | * | subprocess.* os.system os.popen os.exec* os.spawn* pickle.* marshal.*
call execution | * | Marshal.load yaml.load yaml.unsafe_load YAML.load YAML.unsafe_load
call execution | * | torch.load unserialize child_process.* execFile* execSync spawnSync
call execution | * | vm.runIn* exec.Command* syscall.Exec Process.run* Process.start
call execution | * | Process.Start Process.spawn Command.new Open3.* IO.popen os.execute io.popen
call execution | * | System.cmd System.shell Code.eval* Runtime.getRuntime().exec ProcessBuilder
call execution | * | ProcessStartInfo ObjectInputStream BinaryFormatter .readObject shell_exec
call execution | * | passthru proc_open escapeshell* posix_spawn sudo .instance_eval .class_eval
call execution | * | .module_eval
call execution | bash javascript lua php python ruby tsx typescript | eval
call execution | c cpp php python ruby | exec execl execlp execv execve execvp system popen
call execution | javascript typescript tsx | Function
call security | * | .chmod* .chown* .fchmod* .Chmod .Chown .umask .Umask .setuid .Setuid chmod
call security | * | chown fchmod* fchown* umask setuid setgid seteuid .set_mode .set_permissions
call security | * | hashlib.* hmac.* Hmac.* ssl.* tls.* x509.* secrets.token* crypto.* jwt.*
call security | * | OpenSSL.* Digest.* SecureRandom* MessageDigest.* Cipher.* SSLContext.*
call security | * | RandomNumberGenerator.* EVP_* SSL_* RAND_* X509_* mbedtls_* openssl_*
call security | * | sodium_* md5* sha1* sha256* sha512* MD5* SHA1* SHA256* SHA512* Sha256.*
call security | * | Sha512.* createHash createHmac createCipher* random_bytes password_hash
call security | * | password_verify mark_safe .html_safe document.write* authenticate
call security | * | passport.authenticate .UseAuth* .RequireAuthorization protect_from_forgery
call security | * | skip_forgery_protection unsafe* Unsafe* mem.transmute .get_unchecked*
call security | * | .from_raw .danger_accept_invalid_certs .setReadable .setWritable
call security | * | .setExecutable .load_verify_locations randomBytes PBEKeySpec SecretKeySpec
call security | c cpp | memcpy memmove strcpy strncpy strcat strncat sprintf vsprintf gets
call test-weakened | * | t.Skip* b.Skip* pytest.skip pytest.xfail pytest.mark.skip*
call test-weakened | * | pytest.mark.xfail unittest.skip* .skipTest it.skip test.skip
call test-weakened | * | describe.skip it.only test.only describe.only .markTest* GTEST_SKIP
call test-weakened | * | XCTSkip*
call test-weakened | javascript ruby typescript tsx | xit xtest xdescribe fit fdescribe
call test-weakened | bash ruby | skip pending
decorator concurrency | * | Volatile Synchronized
decorator security | * | login_required permission_required user_passes_test Authorize
decorator security | * | AllowAnonymous ValidateAntiForgeryToken PreAuthorize Secured
decorator security | * | RolesAllowed PermitAll
decorator test-weakened | * | Skip Ignore Disabled ignore pytest.mark.skip* pytest.mark.xfail
keyword assertion | python java kotlin | assert
keyword concurrency | csharp java | lock synchronized volatile
keyword concurrency | go | go
keyword concurrency | javascript typescript tsx python csharp rust swift dart | await
keyword release | rust | ?
keyword security | rust csharp | unsafe
member security | * | InsecureSkipVerify rejectUnauthorized verify_mode check_hostname sameSite
member security | * | httpOnly ServerCertificateCustomValidationCallback innerHTML outerHTML
member security | * | __html
path concurrency | rust | Relaxed Acquire Release AcqRel SeqCst
type concurrency | * | Mutex RWMutex RwLock ReentrantLock mutex lock_guard unique_lock
type concurrency | * | scoped_lock atomic
"""
"""Place and kind, languages, names. `*`: all languages, for names that mean the same in each that
has them. `a.b`: this method of this object or module; `.b`: a method of whatever it is called on;
`b`: a function called by this name alone; `a.*`: all of a module; `b*`: all names that begin so.
An `assertion` and the beginning of a `case` are counted (testing.py)."""

_SEPARATORS = lazy(r"::|->|\\|#")


def _read() -> Iterator[tuple[tuple[str, str], str, str]]:
    """Each name of the table: its place and language, the name, and the kind."""
    for row in _TABLE.strip().splitlines():
        what, languages, names = row.split(" | ")
        place, kind = what.split()
        for language in languages.split():
            yield from (((place, language), name, kind) for name in names.split())


_KINDS: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
_BEGINNINGS: dict[tuple[str, str], dict[str, tuple[str, ...]]] = defaultdict(dict)
for _where, _name, _kind in _read():
    if _name.endswith("*"):
        _BEGINNINGS[_where][_kind] = (*_BEGINNINGS[_where].get(_kind, ()), _name[:-1])
    else:
        _KINDS[_where][_name] = _kind


@lru_cache(maxsize=8192)
def of_call(callee: str, language: str) -> str:
    """What a call does, by its callee as written; empty for most calls."""
    return _find("call", language, _SEPARATORS.sub(".", callee).rstrip("!?"))


def _find(place: str, language: str, written: str) -> str:
    if not written:
        return ""
    name = written.removeprefix("new ").removeprefix("std.").lstrip(".")
    parts = name.split(".")
    ways = [name, ".".join(parts[-2:]), f".{parts[-1]}"] if len(parts) > 1 else [name]
    for where in ((place, language), (place, "*")):
        for way in ways:
            if way in _KINDS[where]:
                return _KINDS[where][way]
        for kind, beginnings in _BEGINNINGS[where].items():
            if any(way.startswith(beginnings) for way in ways):
                return kind
    return ""


def of_token(every: Sequence[Token], at: int, language: str) -> str:
    """What the token at an index is proven to be: part of a call of a known API, or such a
    decorator, type or keyword. Empty for most tokens."""
    token = every[at]
    if token.where & Where.IMPORT:
        return ""
    if token.role == "keyword" or token.text == "?":
        result = _find("keyword", language, token.text)
        if result:
            return result
    if token.role == "name":
        if token.where & Where.DECORATOR:
            return _find("decorator", language, token.callee or _dotted(every, at))
        result = _find("type", language, token.text) if token.where & Where.TYPE else ""
        if not result and at and every[at - 1].text == "::" and token.where & Where.ARGUMENT:
            result = _find("path", language, token.text)
        if result:
            return result
    return of_call(token.callee, language) if token.callee else ""


def of_member(unit: str, language: str) -> str:
    """What an expression sets, if it sets a member of an object (`a.b = …`, `b: …`) that a known
    API reads; empty for most. A variable of that name proves nothing."""
    head = unit[:200].partition("=")[0]
    key = head.partition(":")[0] if ":" in head else ""
    name = (key or head.rpartition(".")[2]).strip(" \t\r\n\"'")
    return _find("member", language, name) if key or "." in head else ""


def kind_of(proven: str, *, gone: bool) -> tuple[Kind, int] | None:
    """The kind of a change that something proves, and what it is ranked by; None where it proves
    none by itself.

    Args:
        gone: the change takes it away. What kept two things apart, or passed a failure on, is
            missed then.
    """
    if proven == "release":
        return ("code-changed", 8) if gone else None
    if proven not in KINDS or proven == "test-weakened":
        return None
    return cast("Kind", proven), 9 if gone and proven == "concurrency" else 0


def is_name_of_call(token: Token) -> bool:
    """Whether a token is the last name of what is called."""
    if token.role != "name" or token.where & Where.ARGUMENT:
        return False
    return _SEPARATORS.sub(".", token.callee).rstrip("!?").endswith(token.text.rstrip("!?"))


def _dotted(every: Sequence[Token], at: int) -> str:
    """A name with what stands before it: `pytest.mark.skip`."""
    first = at
    while first > 1 and every[first - 1].text == ".":
        first -= 2
    return "".join(token.text for token in every[first : at + 1])
