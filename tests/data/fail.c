/* A disk that fails, for tests: preloaded into the program, it lets the operations on files below FAIL_UNDER fail with
   FAIL_ERRNO from the FAIL_AT-th on (reads too with FAIL_READS), or as long as the file FAIL_WHILE exists. Removing files
   goes on working. The first failure creates FAIL_HIT. With FAIL_KILL the program is killed there, also when it removes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long done;

static int fails(const char *path) {
    const char *under = getenv("FAIL_UNDER"), *at = getenv("FAIL_AT"), *during = getenv("FAIL_WHILE");
    char whole[PATH_MAX];
    if (!under || !path) return 0;
    if (path[0] != '/' && getcwd(whole, sizeof whole)) {
        strncat(whole, "/", sizeof whole - strlen(whole) - 1);
        strncat(whole, path, sizeof whole - strlen(whole) - 1);
        path = whole;
    }
    if (strncmp(path, under, strlen(under))) return 0;
    int now = during ? !syscall(SYS_faccessat, AT_FDCWD, during, F_OK) : 0;
    if (at) now |= __sync_fetch_and_add(&done, 1) >= atol(at);
    if (!now) return 0;
    const char *hit = getenv("FAIL_HIT"), *code = getenv("FAIL_ERRNO");
    if (hit) {
        int fd = syscall(SYS_openat, AT_FDCWD, hit, O_CREAT | O_WRONLY, 0600);
        if (fd >= 0) syscall(SYS_close, fd);
    }
    if (getenv("FAIL_KILL")) kill(getpid(), SIGKILL);
    errno = code ? atoi(code) : EIO;
    return 1;
}

static int fails_at(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return path[0] == '/' && fails(path);
}

static int reads(void) { return getenv("FAIL_READS") != 0; }

#define NEXT(name) static __typeof__(&name) next; if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *b, size_t n) { NEXT(write); return fails_at(fd) ? -1 : next(fd, b, n); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { NEXT(pwrite64); return fails_at(fd) ? -1 : next(fd, b, n, o); }
ssize_t read(int fd, void *b, size_t n) { NEXT(read); return reads() && fails_at(fd) ? -1 : next(fd, b, n); }
ssize_t pread64(int fd, void *b, size_t n, off64_t o) { NEXT(pread64); return reads() && fails_at(fd) ? -1 : next(fd, b, n, o); }
int fsync(int fd) { NEXT(fsync); return fails_at(fd) ? -1 : next(fd); }
int fdatasync(int fd) { NEXT(fdatasync); return fails_at(fd) ? -1 : next(fd); }
int ftruncate64(int fd, off64_t n) { NEXT(ftruncate64); return fails_at(fd) ? -1 : next(fd, n); }
int rename(const char *a, const char *b) { NEXT(rename); return fails(b) ? -1 : next(a, b); }
int link(const char *a, const char *b) { NEXT(link); return fails(b) ? -1 : next(a, b); }
int linkat(int d, const char *a, int e, const char *b, int f) { NEXT(linkat); return fails(b) ? -1 : next(d, a, e, b, f); }
int unlink(const char *a) { NEXT(unlink); return getenv("FAIL_KILL") && fails(a) ? -1 : next(a); }
int mkdir(const char *a, mode_t m) { NEXT(mkdir); return fails(a) ? -1 : next(a, m); }

int open64(const char *path, int flags, ...) {
    NEXT(open64);
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return (flags & O_CREAT || reads()) && fails(path) ? -1 : next(path, flags, mode);
}
