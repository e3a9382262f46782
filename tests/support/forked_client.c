/* What forked_client.py does in the usual case, in a tenth of the time: it has a server fork
   attest with the arguments, the environment, the folder and the files of this process. In every
   other case it becomes forked_client.py. Compiled by forked.py, which defines PYTHON, CLIENT
   and SERVER (paths), and USER (a number). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;

static void become_python(char **argv, int argc) {
    char **words = calloc(argc + 3, sizeof *words);
    words[0] = PYTHON, words[1] = "-IS", words[2] = CLIENT;
    memcpy(words + 3, argv + 1, (argc - 1) * sizeof *words);
    execv(PYTHON, words);
    _exit(127);
}

static int begins(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* See `unable` in forked_client.py. */
static int is_unable(void) {
    const char *locale = getenv("LC_ALL"), *odd[] = {"PYTHON", "LC_", "LANG", "LD_", "COVERAGE"};
    struct rlimit limit;
    for (char **entry = environ; *entry; entry++)
        for (int i = 0; i < 5; i++)
            if (begins(*entry, odd[i]) && !begins(*entry, "LC_ALL=") &&
                !begins(*entry, "PYTHONIOENCODING="))
                return 1;
    for (int file = 0; file < 3; file++)
        if (fcntl(file, F_GETFD) < 0)
            return 1;
    return !locale || strcmp(locale, "C.UTF-8") || getrlimit(RLIMIT_FSIZE, &limit) ||
           limit.rlim_cur != RLIM_INFINITY || getuid() != USER;
}

/* See `place` in forked_client.py; NULL where no server can fork this process. */
static const char *place(void) {
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY);
    char *session = getenv("FORKED_SESSION"), *end;
    if (terminal < 0)
        return SERVER;
    close(terminal);
    if (!session || strtol(session, &end, 10) != getsid(0) || *end != ':')
        return NULL;
    return end + 1;
}

static void write_all(int file, const char *data, size_t size) {
    while (size > 0) {
        ssize_t written = send(file, data, size, MSG_NOSIGNAL);
        if (written <= 0)
            _exit(70);
        data += written, size -= written;
    }
}

static void hand_over(int connection, char **words) {
    char *data, header[11], control[CMSG_SPACE(5 * sizeof(int))] = {0};
    size_t size;
    FILE *stream = open_memstream(&data, &size);
    mode_t mask = umask(0);
    umask(mask);
    int folder = open(".", O_RDONLY), count = 0, files[5] = {0, 1, 2, folder, 3};
    for (char **word = words; *word; word++)
        count++;
    fprintf(stream, "%d%c%d%c%d%c%d", getppid(), 0, getpgrp(), 0, mask, 0, count);
    for (char **word = words; *word; word++)
        fprintf(stream, "%c%s", 0, *word);
    for (char **entry = environ; *entry; entry++)
        fprintf(stream, "%c%s", 0, *entry);
    fclose(stream);
    snprintf(header, sizeof header, "%10zu", size);
    struct iovec part = {header, 10};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control};
    count = getenv("ATTEST_HANDSHAKE") && folder != 3 ? 5 : 4;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET, rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(rights), files, count * sizeof(int));
    if (sendmsg(connection, &message, MSG_NOSIGNAL) != 10)
        _exit(70);
    write_all(connection, data, size);
    close(folder);
}

int main(int argc, char **argv) {
    int module = argc > 3 && !strcmp(argv[1], "-P") && !strcmp(argv[2], "-m") &&
                 !strcmp(argv[3], "attest");
    int hook = argc > 4 && !strcmp(argv[1], "-E") && !strcmp(argv[2], "-P") &&
               !strcmp(argv[3], "-c") && strstr(argv[4], "attest.__main__");
    const char *server = (module || hook) && !is_unable() ? place() : NULL;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!server || strlen(server) >= sizeof address.sun_path)
        become_python(argv, argc);
    strcpy(address.sun_path, server);
    signal(SIGINT, SIG_IGN); /* of the terminal; they are for the other one */
    signal(SIGQUIT, SIG_IGN);
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) < 0)
        _exit(70);
    char **words = argv + (module ? 3 : 4);
    words[0] = module ? "-m" : "-c";
    hand_over(connection, words);
    char ended[9] = {0};
    /* Nothing comes where the key that ended git ended the other one before it could answer. */
    int code = recv(connection, ended, 8, 0) > 0 ? atoi(ended) : -SIGINT;
    if (code < 0) {
        signal(-code, SIG_DFL);
        kill(getpid(), -code);
    }
    _exit(code);
}
