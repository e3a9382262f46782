"""What code can do, as far as a grammar proves it: the one table of known APIs.

A name says what is done only at its place in the tree: as the callee of a call, as a decorator,
a type, or a keyword of the language. The same word elsewhere (a variable `lock`, a method `skip`
of a query, a comment) proves nothing. Names are those of the languages' own documentation and
standard libraries, and of a few frameworks that nearly every project of their field uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, cast

from attest.analysis.kinds import KINDS, Kind
from attest.analysis.syntax.tokens import Token, Where
from attest.text import lazy

Place = Literal["call", "decorator", "type", "keyword", "path", "member"]

_TABLE = """
call assertion | c cpp | EXPECT_* ASSERT_* REQUIRE* CHECK* assert
call assertion | csharp | Assert.*
call assertion | go | t.Error t.Errorf t.Fatal t.Fatalf t.Fail t.FailNow assert.* require.*
call assertion | java kotlin scala swift lua elixir dart | assert* Assert* refute expect
call assertion | javascript typescript tsx | expect assert assert.*
call assertion | php | .assert* .expectException
call assertion | python | .assert* assert* pytest.raises pytest.warns
call assertion | ruby | expect assert* refute*
call assertion | rust | assert* debug_assert*
call assertion | swift | XCTAssert*
call concurrency | c cpp | pthread_* .unlock .try_lock atomic_* pthread_mutex_lock
call concurrency | c cpp | pthread_rwlock_rdlock pthread_rwlock_wrlock mtx_lock
call concurrency | csharp | Task.Run Thread Monitor.* Interlocked.*
call concurrency | elixir | spawn spawn_link Task.async Task.await
call concurrency | go | .Unlock .RUnlock .Lock .RLock atomic.*
call concurrency | java kotlin scala | .unlock .release .notifyAll Thread .lock .acquire
call concurrency | javascript typescript tsx | Promise.* Worker
call concurrency | kotlin | launch async runBlocking withContext .withLock
call concurrency | python | .release threading.* ThreadPoolExecutor ProcessPoolExecutor
call concurrency | python | asyncio.create_task .acquire asyncio.gather asyncio.wait asyncio.Lock
call concurrency | ruby | Thread.new Mutex.new .synchronize
call concurrency | rust | thread.spawn tokio.spawn .lock .try_lock
call concurrency | swift | .unlock DispatchQueue.main.async Task .lock
call execution | bash | sudo doas eval
call execution | c cpp | system popen execl execlp execv execve execvp posix_spawn
call execution | csharp | Process.Start ProcessStartInfo BinaryFormatter
call execution | dart | Process.run Process.start Process.runSync
call execution | elixir | System.cmd System.shell Port.open Code.eval_string Code.eval_quoted
call execution | go | exec.Command exec.CommandContext syscall.Exec
call execution | java kotlin scala | ProcessBuilder Runtime.getRuntime().exec ObjectInputStream
call execution | java kotlin scala | .readObject
call execution | javascript typescript tsx | child_process.* execSync spawnSync execFile
call execution | javascript typescript tsx | execFileSync eval Function vm.runIn*
call execution | lua | os.execute io.popen load loadstring
call execution | php | exec system shell_exec passthru proc_open popen escapeshellarg
call execution | php | escapeshellcmd eval create_function unserialize
call execution | python | subprocess.* os.system os.popen os.execv os.execvp os.spawnv
call execution | python | asyncio.create_subprocess_shell asyncio.create_subprocess_exec eval exec
call execution | python | compile pickle.* marshal.* yaml.load yaml.unsafe_load torch.load
call execution | ruby | system exec spawn Open3.* IO.popen Process.spawn eval .instance_eval
call execution | ruby | .class_eval .module_eval Marshal.load YAML.load YAML.unsafe_load
call execution | rust | Command.new
call execution | swift | Process
call regular-expression | csharp | Regex Regex.*
call regular-expression | go | regexp.*
call regular-expression | java kotlin scala | Pattern.compile Regex
call regular-expression | javascript typescript tsx dart | RegExp
call regular-expression | php | preg_*
call regular-expression | python | re.*
call regular-expression | ruby | Regexp.new
call regular-expression | rust | Regex.new
call regular-expression | swift | NSRegularExpression Regex
call release | c cpp | free fclose closedir close
call release | csharp | .Dispose .Close
call release | elixir | File.close
call release | go | .Close
call release | java kotlin scala | .close
call release | javascript typescript tsx | fs.close
call release | lua | .close
call release | php | fclose closedir
call release | python | .close
call release | ruby | .close
call release | rust | drop
call security | bash | chmod chown chgrp umask setfacl
call security | c cpp | chmod fchmod fchmodat chown fchown lchown umask setuid setgid seteuid MD5
call security | c cpp | SHA1 SHA256 SHA512 HMAC EVP_* SSL_* RAND_* X509_* mbedtls_* memcpy memmove
call security | c cpp | strcpy strncpy strcat strncat sprintf vsprintf gets
call security | csharp | File.SetUnixFileMode .SetAccessControl .UseAuthentication
call security | csharp | .UseAuthorization .RequireAuthorization MD5.* SHA1.* SHA256.* SHA512.*
call security | csharp | RandomNumberGenerator.*
call security | go | os.Chmod os.Chown os.Lchown .Chmod .Chown syscall.Umask syscall.Setuid md5.*
call security | go | sha1.* sha256.* sha512.* hmac.* aes.* rsa.* ecdsa.* ed25519.* x509.* tls.*
call security | go | unsafe.*
call security | java kotlin scala | .setReadable .setWritable .setExecutable
call security | java kotlin scala | Files.setPosixFilePermissions MessageDigest.getInstance
call security | java kotlin scala | Cipher.getInstance Mac.getInstance SSLContext.getInstance
call security | java kotlin scala | SecureRandom PBEKeySpec SecretKeySpec
call security | javascript typescript tsx | fs.chmod fs.chmodSync fs.chown fs.chownSync fs.fchmod
call security | javascript typescript tsx | jwt.* passport.authenticate crypto.* randomBytes
call security | javascript typescript tsx | createHash createHmac createCipheriv document.write
call security | javascript typescript tsx | document.writeln
call security | php | chmod chown chgrp umask password_verify password_hash md5 sha1 hash hash_hmac
call security | php | hash_equals random_bytes openssl_* sodium_*
call security | python | os.chmod os.fchmod os.lchmod os.chown os.fchown os.umask .chmod
call security | python | authenticate hashlib.* hmac.* ssl.* secrets.token* .load_verify_locations
call security | python | mark_safe
call security | ruby | File.chmod File.chown FileUtils.* .chmod .chown protect_from_forgery
call security | ruby | skip_forgery_protection Digest.* OpenSSL.* SecureRandom.* .html_safe
call security | rust | fs.set_permissions .set_mode Permissions.from_mode md5.* hmac.* Sha256.*
call security | rust | Sha512.* Hmac.* .danger_accept_invalid_certs mem.transmute .get_unchecked*
call security | rust | .set_len .from_raw .unwrap_unchecked
call security | swift | MD5.hash SHA1.hash SHA256.hash SHA384.hash SHA512.hash UnsafeRawPointer
call security | swift | UnsafeMutablePointer UnsafePointer unsafeBitCast
call test-weakened | bash | skip
call test-weakened | cpp | GTEST_SKIP
call test-weakened | go | t.Skip t.Skipf t.SkipNow b.Skip b.Skipf b.SkipNow
call test-weakened | javascript typescript tsx | it.skip test.skip describe.skip it.only test.only
call test-weakened | javascript typescript tsx | describe.only xit xtest xdescribe fit fdescribe
call test-weakened | php | .markTestSkipped .markTestIncomplete
call test-weakened | python | pytest.skip pytest.xfail .skipTest pytest.mark.skip
call test-weakened | python | pytest.mark.skipif pytest.mark.xfail unittest.skip unittest.skipIf
call test-weakened | python | unittest.skipUnless
call test-weakened | ruby | skip pending xit xdescribe xcontext
call test-weakened | swift | XCTSkip XCTSkipIf XCTSkipUnless
decorator concurrency | kotlin | Volatile Synchronized
decorator security | csharp | Authorize AllowAnonymous ValidateAntiForgeryToken
decorator security | java kotlin | PreAuthorize PostAuthorize Secured RolesAllowed PermitAll
decorator security | python | login_required permission_required user_passes_test
decorator test-weakened | csharp | Skip Ignore
decorator test-weakened | java kotlin | Disabled Ignore
decorator test-weakened | python | pytest.mark.skip pytest.mark.skipif pytest.mark.xfail
decorator test-weakened | rust | ignore
keyword assertion | python java kotlin | assert
keyword concurrency | cpp | co_await
keyword concurrency | csharp | lock
keyword concurrency | go | go
keyword concurrency | java | synchronized volatile
keyword concurrency | javascript typescript tsx python csharp rust swift dart | await
keyword release | cpp | delete
keyword release | csharp | using
keyword release | go | defer
keyword release | java kotlin csharp javascript typescript tsx python scala | finally
keyword release | python | with
keyword release | ruby | ensure
keyword release | rust | ?
keyword release | swift zig | try
keyword security | rust csharp | unsafe
member security | csharp | ServerCertificateCustomValidationCallback
member security | go | InsecureSkipVerify
member security | javascript typescript tsx | sameSite httpOnly rejectUnauthorized innerHTML
member security | javascript typescript tsx | outerHTML __html
member security | python ruby | verify_mode check_hostname
path concurrency | rust | Relaxed Acquire Release AcqRel SeqCst
type concurrency | cpp | atomic mutex shared_mutex lock_guard unique_lock scoped_lock
type concurrency | go | WaitGroup Mutex RWMutex
type concurrency | java kotlin scala | ReentrantLock AtomicInteger AtomicLong AtomicReference
type concurrency | rust | Mutex RwLock Condvar AtomicBool AtomicUsize AtomicU32 AtomicU64 AtomicI64
"""
"""Place and kind, languages, names. `a.b`: this method of this object or module; `.b`: a method
of whatever it is called on; `b`: a function called by this name alone; `a.*`: all of a module;
`b*`: all names that begin so. `release` matters where it is gone, be it of a
resource or of a failure to the caller; `assertion` is counted
(testing.py)."""

_SEPARATORS = lazy(r"::|->|\\|#")


def _read() -> dict[tuple[str, str], dict[str, str]]:
    """The table, by place and language: a kind for each name."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in _TABLE.strip().splitlines():
        what, languages, names = row.split(" | ")
        place, kind = what.split()
        for language in languages.split():
            names_of = found.setdefault((place, language), {})
            for name in names.split():
                names_of.setdefault(name, kind)
    return found


_NAMES = _read()
_BEGINNINGS = {
    place: tuple((name[:-1], kind) for name, kind in names.items() if name[-1] == "*")
    for place, names in _NAMES.items()
}


@lru_cache(maxsize=8192)
def of_call(callee: str, language: str) -> str:
    """What a call does, by its callee as written; empty for most calls."""
    return _find("call", language, _SEPARATORS.sub(".", callee).rstrip("!?"))


def _find(place: Place, language: str, written: str) -> str:
    names = _NAMES.get((place, language))
    if not names or not written:
        return ""
    name = written.removeprefix("new ").removeprefix("std.").lstrip(".")
    parts = name.split(".")
    ways = [name, ".".join(parts[-2:])] if len(parts) > 1 else [name]
    if len(parts) > 1:
        ways += [f".{parts[-1]}"]
    for way in ways:
        if way in names:
            return names[way]
    for beginning, kind in _BEGINNINGS[place, language]:
        if any(way.startswith(beginning) for way in ways):
            return kind
    return ""


def of_token(every: Sequence[Token], at: int, language: str) -> str:
    """What the token at an index is proven to be: part of a call of a known API, or such a
    decorator, type or keyword. Empty for most tokens."""
    token = every[at]
    if Where.IMPORT in token.where:
        return ""
    if token.role == "string" and _is_regular_expression(token.text, language):
        return "regular-expression"
    if token.role == "keyword" or token.text == "?":
        found = _find("keyword", language, token.text)
        if found:
            return found
    if token.role == "name":
        if Where.DECORATOR in token.where:
            return _find("decorator", language, token.callee or _dotted(every, at))
        found = _find("type", language, token.text) if Where.TYPE in token.where else ""
        if not found and at and every[at - 1].text == "::" and Where.ARGUMENT in token.where:
            found = _find("path", language, token.text)
        if found:
            return found
    found = of_call(token.callee, language) if token.callee else ""
    return "" if found == "regular-expression" and token.role != "string" else found


def _is_regular_expression(text: str, language: str) -> bool:
    """Whether a string is a literal of its own for regular expressions."""
    if language == "elixir":
        return text.startswith("~r")
    literal = language in ("javascript", "typescript", "tsx", "ruby")
    return literal and text.startswith(("/", "%r")) and len(text) > 2


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
        gone: the change takes it away. What released a resource, or kept two things apart, is
            missed then.
    """
    if proven == "release":
        return ("code-changed", 8) if gone else None
    if proven not in KINDS or proven == "test-weakened":
        return None
    return cast("Kind", proven), 9 if gone and proven == "concurrency" else 0


def is_name_of_call(token: Token) -> bool:
    """Whether a token is the last name of what is called."""
    if token.role != "name" or Where.ARGUMENT in token.where:
        return False
    return _SEPARATORS.sub(".", token.callee).rstrip("!?").endswith(token.text.rstrip("!?"))


def _dotted(every: Sequence[Token], at: int) -> str:
    """A name with what stands before it: `pytest.mark.skip`."""
    first = at
    while first > 1 and every[first - 1].text == ".":
        first -= 2
    return "".join(token.text for token in every[first : at + 1])
