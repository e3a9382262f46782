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
call access | bash | chmod chown chgrp umask setfacl
call access | c cpp | chmod fchmod fchmodat chown fchown lchown umask setuid setgid seteuid
call access | csharp | File.SetUnixFileMode .SetAccessControl .UseAuthentication .UseAuthorization
call access | csharp | .RequireAuthorization
call access | go | os.Chmod os.Chown os.Lchown .Chmod .Chown syscall.Umask syscall.Setuid
call access | java kotlin scala | .setReadable .setWritable .setExecutable
call access | java kotlin scala | Files.setPosixFilePermissions
call access | javascript typescript tsx | fs.chmod fs.chmodSync fs.chown fs.chownSync fs.fchmod
call access | javascript typescript tsx | jwt.* passport.authenticate
call access | php | chmod chown chgrp umask password_verify password_hash
call access | python | os.chmod os.fchmod os.lchmod os.chown os.fchown os.umask .chmod authenticate
call access | ruby | File.chmod File.chown FileUtils.* .chmod .chown protect_from_forgery
call access | ruby | skip_forgery_protection
call access | rust | fs.set_permissions .set_mode Permissions.from_mode
decorator access | csharp | Authorize AllowAnonymous ValidateAntiForgeryToken
decorator access | java kotlin | PreAuthorize PostAuthorize Secured RolesAllowed PermitAll
decorator access | python | login_required permission_required user_passes_test
member access | javascript typescript tsx | sameSite httpOnly
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
keyword assertion | python java kotlin | assert
call concurrency | c cpp | pthread_* .unlock
call concurrency | csharp | Task.Run Thread
call concurrency | elixir | spawn spawn_link Task.async
call concurrency | go | .Unlock .RUnlock
call concurrency | java kotlin scala | .unlock .release .notifyAll Thread
call concurrency | javascript typescript tsx | Promise.* Worker
call concurrency | kotlin | launch async runBlocking withContext
call concurrency | python | .release threading.* ThreadPoolExecutor ProcessPoolExecutor
call concurrency | python | asyncio.create_task
call concurrency | ruby | Thread.new Mutex.new
call concurrency | rust | thread.spawn tokio.spawn
call concurrency | swift | .unlock DispatchQueue.main.async Task
keyword concurrency | go | go
path concurrency | rust | Relaxed Acquire Release AcqRel SeqCst
type concurrency | go | WaitGroup
call crypto | c cpp | MD5 SHA1 SHA256 SHA512 HMAC EVP_* SSL_* RAND_* X509_* mbedtls_*
call crypto | csharp | MD5.* SHA1.* SHA256.* SHA512.* RandomNumberGenerator.*
call crypto | go | md5.* sha1.* sha256.* sha512.* hmac.* aes.* rsa.* ecdsa.* ed25519.* x509.* tls.*
call crypto | java kotlin scala | MessageDigest.getInstance Cipher.getInstance Mac.getInstance
call crypto | java kotlin scala | SSLContext.getInstance SecureRandom PBEKeySpec SecretKeySpec
call crypto | javascript typescript tsx | crypto.* randomBytes createHash createHmac createCipheriv
call crypto | php | md5 sha1 hash hash_hmac hash_equals random_bytes openssl_* sodium_*
call crypto | python | hashlib.* hmac.* ssl.* secrets.token* .load_verify_locations
call crypto | ruby | Digest.* OpenSSL.* SecureRandom.*
call crypto | rust | md5.* hmac.* Sha256.* Sha512.* Hmac.* .danger_accept_invalid_certs
call crypto | swift | MD5.hash SHA1.hash SHA256.hash SHA384.hash SHA512.hash
member crypto | csharp | ServerCertificateCustomValidationCallback
member crypto | go | InsecureSkipVerify
member crypto | javascript typescript tsx | rejectUnauthorized
member crypto | python ruby | verify_mode check_hostname
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
call lock | c cpp | .try_lock atomic_* pthread_mutex_lock pthread_rwlock_rdlock
call lock | c cpp | pthread_rwlock_wrlock mtx_lock
call lock | csharp | Monitor.* Interlocked.*
call lock | elixir | Task.await
call lock | go | .Lock .RLock atomic.*
call lock | java kotlin scala | .lock .acquire
call lock | kotlin | .withLock
call lock | python | .acquire asyncio.gather asyncio.wait asyncio.Lock
call lock | ruby | .synchronize
call lock | rust | .lock .try_lock
call lock | swift | .lock
decorator lock | kotlin | Volatile Synchronized
keyword lock | cpp | co_await
keyword lock | csharp | lock
keyword lock | java | synchronized volatile
keyword lock | javascript typescript tsx python csharp rust swift dart | await
type lock | cpp | atomic mutex shared_mutex lock_guard unique_lock scoped_lock
type lock | go | Mutex RWMutex
type lock | java kotlin scala | ReentrantLock AtomicInteger AtomicLong AtomicReference
type lock | rust | Mutex RwLock Condvar AtomicBool AtomicUsize AtomicU32 AtomicU64 AtomicI64
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
keyword release | cpp | delete
keyword release | csharp | using
keyword release | go | defer
keyword release | java kotlin csharp javascript typescript tsx python scala | finally
keyword release | python | with
keyword release | ruby | ensure
call resource | c cpp | malloc calloc fopen fdopen opendir open socket
call resource | csharp | File.Open File.OpenRead
call resource | elixir | File.open File.open!
call resource | go | os.Open os.OpenFile os.Create
call resource | java kotlin scala | FileInputStream FileOutputStream Files.newInputStream
call resource | javascript typescript tsx | fs.open fs.openSync fs.createReadStream
call resource | lua | io.open
call resource | php | fopen opendir tmpfile
call resource | python | open os.open os.fdopen socket.socket tempfile.*
call resource | ruby | File.open IO.popen
call resource | rust | File.open File.create
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
decorator test-weakened | csharp | Skip Ignore
decorator test-weakened | java kotlin | Disabled Ignore
decorator test-weakened | python | pytest.mark.skip pytest.mark.skipif pytest.mark.xfail
decorator test-weakened | rust | ignore
call unsafe | c cpp | memcpy memmove strcpy strncpy strcat strncat sprintf vsprintf gets
call unsafe | go | unsafe.*
call unsafe | javascript typescript tsx | document.write document.writeln
call unsafe | python | mark_safe
call unsafe | ruby | .html_safe
call unsafe | rust | mem.transmute .get_unchecked* .set_len .from_raw .unwrap_unchecked
call unsafe | swift | UnsafeRawPointer UnsafeMutablePointer UnsafePointer unsafeBitCast
keyword unsafe | rust csharp | unsafe
member unsafe | javascript typescript tsx | innerHTML outerHTML __html
"""
"""Place and kind, languages, names. `a.b`: this method of this object or module; `.b`: a method
of whatever it is called on; `b`: a function called by this name alone; `a.*`: all of a module;
`b*`: all names that begin so. `lock` and `release` are parts of
the kinds `concurrency` and `resource`; `assertion` is counted (testing.py)."""
_PARTS: dict[str, tuple[Kind, Kind]] = {
    "lock": ("concurrency", "lock-dropped"),
    "release": ("resource", "resource-leaked"),
}
"""What proves a kind, and another one where the change takes it away."""

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
    if token.role == "keyword":
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


def kind_of(proven: str, *, gone: bool) -> Kind | None:
    """The kind of a change that something proves; None where it proves none by itself.

    Args:
        gone: the change takes it away.
    """
    if proven in _PARTS:
        return _PARTS[proven][gone]
    return cast("Kind", proven) if proven in KINDS and proven != "test-weakened" else None


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
