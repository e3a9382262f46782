"""What code can do, as far as a grammar proves it: the one table of known APIs.

A name says what is done only at its place in the tree: as the callee of a call, as a decorator,
a type, or a keyword of the language. The same word elsewhere (a variable `lock`, a method `skip`
of a query, a comment) proves nothing. Names are those of the languages' own documentation and
standard libraries, and of a few frameworks that nearly every project of their field uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from attest.analysis.syntax.tokens import Token, Where
from attest.text import lazy

Place = Literal["call", "decorator", "type", "keyword", "path", "member"]

_TABLE = """
call permission | python | os.chmod os.fchmod os.lchmod os.chown os.fchown os.umask .chmod
call permission | go | os.Chmod os.Chown os.Lchown .Chmod .Chown syscall.Umask syscall.Setuid
call permission | c cpp | chmod fchmod fchmodat chown fchown lchown umask setuid setgid seteuid
call permission | ruby | File.chmod File.chown FileUtils.* .chmod .chown
call permission | php | chmod chown chgrp umask
call permission | java kotlin scala | .setReadable .setWritable .setExecutable
call permission | java kotlin scala | Files.setPosixFilePermissions
call permission | rust | fs.set_permissions .set_mode Permissions.from_mode
call permission | javascript typescript tsx | fs.chmod fs.chmodSync fs.chown fs.chownSync fs.fchmod
call permission | csharp | File.SetUnixFileMode .SetAccessControl
call permission | bash | chmod chown chgrp umask setfacl
call authentication | php | password_verify password_hash
call authentication | python | authenticate
call authentication | ruby | protect_from_forgery skip_forgery_protection
call authentication | csharp | .UseAuthentication .UseAuthorization .RequireAuthorization
call authentication | javascript typescript tsx | jwt.* passport.authenticate
decorator authentication | python | login_required permission_required user_passes_test
decorator authentication | java kotlin | PreAuthorize PostAuthorize Secured RolesAllowed PermitAll
decorator authentication | csharp | Authorize AllowAnonymous ValidateAntiForgeryToken
call crypto | python | hashlib.* hmac.* ssl.* secrets.token* .load_verify_locations
call crypto | go | md5.* sha1.* sha256.* sha512.* hmac.* aes.* rsa.* ecdsa.* ed25519.* x509.* tls.*
call crypto | php | md5 sha1 hash hash_hmac hash_equals random_bytes openssl_* sodium_*
call crypto | ruby | Digest.* OpenSSL.* SecureRandom.*
call crypto | java kotlin scala | MessageDigest.getInstance Cipher.getInstance Mac.getInstance
call crypto | java kotlin scala | SSLContext.getInstance SecureRandom PBEKeySpec SecretKeySpec
call crypto | c cpp | MD5 SHA1 SHA256 SHA512 HMAC EVP_* SSL_* RAND_* X509_* mbedtls_*
call crypto | javascript typescript tsx | crypto.* randomBytes createHash createHmac createCipheriv
call crypto | csharp | MD5.* SHA1.* SHA256.* SHA512.* RandomNumberGenerator.*
call crypto | swift | MD5.hash SHA1.hash SHA256.hash SHA384.hash SHA512.hash
call crypto | rust | md5.* hmac.* Sha256.* Sha512.* Hmac.* .danger_accept_invalid_certs
call shell | python | subprocess.* os.system os.popen os.execv os.execvp os.spawnv
call shell | python | asyncio.create_subprocess_shell asyncio.create_subprocess_exec
call shell | go | exec.Command exec.CommandContext syscall.Exec
call shell | c cpp | system popen execl execlp execv execve execvp posix_spawn
call shell | ruby | system exec spawn Open3.* IO.popen Process.spawn
call shell | php | exec system shell_exec passthru proc_open popen escapeshellarg escapeshellcmd
call shell | java kotlin scala | ProcessBuilder Runtime.getRuntime().exec
call shell | javascript typescript tsx | child_process.* execSync spawnSync execFile execFileSync
call shell | rust | Command.new
call shell | csharp | Process.Start ProcessStartInfo
call shell | swift | Process
call shell | dart | Process.run Process.start Process.runSync
call shell | elixir | System.cmd System.shell Port.open
call shell | lua | os.execute io.popen
call shell | bash | sudo doas
call eval | python | eval exec compile
call eval | javascript typescript tsx | eval Function vm.runIn*
call eval | ruby | eval .instance_eval .class_eval .module_eval
call eval | php | eval create_function
call eval | lua | load loadstring
call eval | elixir | Code.eval_string Code.eval_quoted
call eval | bash | eval
call deserialisation | python | pickle.* marshal.* yaml.load yaml.unsafe_load torch.load
call deserialisation | ruby | Marshal.load YAML.load YAML.unsafe_load
call deserialisation | php | unserialize
call deserialisation | java kotlin scala | ObjectInputStream .readObject
call deserialisation | csharp | BinaryFormatter
member crypto | go | InsecureSkipVerify
member crypto | javascript typescript tsx | rejectUnauthorized
member crypto | csharp | ServerCertificateCustomValidationCallback
member crypto | python ruby | verify_mode check_hostname
member authentication | javascript typescript tsx | sameSite httpOnly
member unsafe | javascript typescript tsx | innerHTML outerHTML __html
call unsafe | c cpp | memcpy memmove strcpy strncpy strcat strncat sprintf vsprintf gets
call unsafe | rust | mem.transmute .get_unchecked* .set_len .from_raw .unwrap_unchecked
call unsafe | go | unsafe.*
call unsafe | python | mark_safe
call unsafe | ruby | .html_safe
call unsafe | swift | UnsafeRawPointer UnsafeMutablePointer UnsafePointer unsafeBitCast
call unsafe | javascript typescript tsx | document.write document.writeln
keyword unsafe | rust csharp | unsafe
keyword lock | javascript typescript tsx python csharp rust swift dart | await
keyword lock | csharp | lock
keyword lock | java | synchronized volatile
keyword concurrency | go | go
keyword lock | cpp | co_await
decorator lock | kotlin | Volatile Synchronized
type lock | cpp | atomic mutex shared_mutex lock_guard unique_lock scoped_lock
type lock | rust | Mutex RwLock Condvar AtomicBool AtomicUsize AtomicU32 AtomicU64 AtomicI64
type lock | go | Mutex RWMutex
type concurrency | go | WaitGroup
type lock | java kotlin scala | ReentrantLock AtomicInteger AtomicLong AtomicReference
path concurrency | rust | Relaxed Acquire Release AcqRel SeqCst
call lock | python | .acquire
call concurrency | python | .release threading.* ThreadPoolExecutor ProcessPoolExecutor
call lock | python | asyncio.gather asyncio.wait asyncio.Lock
call concurrency | python | asyncio.create_task
call lock | go | .Lock .RLock atomic.*
call concurrency | go | .Unlock .RUnlock
call lock | c cpp | .try_lock atomic_*
call lock | c cpp | pthread_mutex_lock pthread_rwlock_rdlock pthread_rwlock_wrlock mtx_lock
call concurrency | c cpp | pthread_* .unlock
call lock | rust | .lock .try_lock
call concurrency | rust | thread.spawn tokio.spawn
call lock | java kotlin scala | .lock .acquire
call concurrency | java kotlin scala | .unlock .release .notifyAll Thread
call lock | kotlin | .withLock
call concurrency | kotlin | launch async runBlocking withContext
call lock | csharp | Monitor.* Interlocked.*
call concurrency | csharp | Task.Run Thread
call lock | ruby | .synchronize
call concurrency | ruby | Thread.new Mutex.new
call lock | swift | .lock
call concurrency | swift | .unlock DispatchQueue.main.async Task
call concurrency | javascript typescript tsx | Promise.* Worker
call lock | elixir | Task.await
call concurrency | elixir | spawn spawn_link Task.async
keyword release | python | with
keyword release | go | defer
keyword release | csharp | using
keyword release | java kotlin csharp javascript typescript tsx python scala | finally
keyword release | ruby | ensure
keyword release | cpp | delete
call release | python | .close
call resource | python | open os.open os.fdopen socket.socket tempfile.*
call release | go | .Close
call resource | go | os.Open os.OpenFile os.Create
call release | c cpp | free fclose closedir close
call resource | c cpp | malloc calloc fopen fdopen opendir open socket
call release | ruby | .close
call resource | ruby | File.open IO.popen
call release | php | fclose closedir
call resource | php | fopen opendir tmpfile
call release | java kotlin scala | .close
call resource | java kotlin scala | FileInputStream FileOutputStream Files.newInputStream
call release | rust | drop
call resource | rust | File.open File.create
call release | javascript typescript tsx | fs.close
call resource | javascript typescript tsx | fs.open fs.openSync fs.createReadStream
call release | csharp | .Dispose .Close
call resource | csharp | File.Open File.OpenRead
call release | elixir | File.close
call resource | elixir | File.open File.open!
call release | lua | .close
call resource | lua | io.open
call regular-expression | python | re.*
call regular-expression | go | regexp.*
call regular-expression | javascript typescript tsx dart | RegExp
call regular-expression | php | preg_*
call regular-expression | java kotlin scala | Pattern.compile Regex
call regular-expression | rust | Regex.new
call regular-expression | csharp | Regex Regex.*
call regular-expression | swift | NSRegularExpression Regex
call regular-expression | ruby | Regexp.new
call test-skipped | python | pytest.skip pytest.xfail .skipTest pytest.mark.skip pytest.mark.skipif
call test-skipped | python | pytest.mark.xfail unittest.skip unittest.skipIf unittest.skipUnless
decorator test-skipped | python | pytest.mark.skip pytest.mark.skipif pytest.mark.xfail
call test-skipped | go | t.Skip t.Skipf t.SkipNow b.Skip b.Skipf b.SkipNow
call test-skipped | javascript typescript tsx | it.skip test.skip describe.skip it.only test.only
call test-skipped | javascript typescript tsx | describe.only xit xtest xdescribe fit fdescribe
call test-skipped | ruby | skip pending xit xdescribe xcontext
call test-skipped | php | .markTestSkipped .markTestIncomplete
call test-skipped | swift | XCTSkip XCTSkipIf XCTSkipUnless
call test-skipped | cpp | GTEST_SKIP
call test-skipped | bash | skip
decorator test-skipped | java kotlin | Disabled Ignore
decorator test-skipped | rust | ignore
decorator test-skipped | csharp | Skip Ignore
call assertion | python | .assert* assert* pytest.raises pytest.warns
call assertion | go | t.Error t.Errorf t.Fatal t.Fatalf t.Fail t.FailNow assert.* require.*
call assertion | javascript typescript tsx | expect assert assert.*
call assertion | rust | assert* debug_assert*
call assertion | java kotlin scala swift lua elixir dart | assert* Assert* refute expect
call assertion | swift | XCTAssert*
call assertion | ruby | expect assert* refute*
call assertion | c cpp | EXPECT_* ASSERT_* REQUIRE* CHECK* assert
call assertion | php | .assert* .expectException
call assertion | csharp | Assert.*
keyword assertion | python java kotlin | assert
"""
"""Place and kind, languages, names. `a.b`: this method of this object or module; `.b`: a method
of whatever it is called on; `b`: a function called by this name alone; `a.*`: all of a module;
`b*`: all names that begin so. `lock` and `release` are parts of
the kinds `concurrency` and `resource` (edit_apis.py); `assertion` is counted (testing.py)."""

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
    return of_call(token.callee, language) if token.callee else ""


def of_member(unit: str, language: str) -> str:
    """What an expression sets, if it sets a member of an object (`a.b = …`, `b: …`) that a known
    API reads; empty for most. A variable of that name proves nothing."""
    head = unit[:200].partition("=")[0]
    key = head.partition(":")[0] if ":" in head else ""
    name = (key or head.rpartition(".")[2]).strip(" \t\r\n\"'")
    return _find("member", language, name) if key or "." in head else ""


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
