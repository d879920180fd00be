/* Has the FAIL_WRITE-th write to a regular file fail with FAIL_WITH (ENOSPC or EIO), once or, with
 * FAIL_FOR_GOOD=1, from then on. Loaded with LD_PRELOAD by the tests that break a disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long count;

static int fails(int fd)
{
    static long nth = -1, for_good;
    static int with;
    struct stat file;
    if (nth < 0) {
        const char *number = getenv("FAIL_WRITE"), *name = getenv("FAIL_WITH"), *always = getenv("FAIL_FOR_GOOD");
        with = name && strcmp(name, "EIO") == 0 ? EIO : ENOSPC;
        for_good = always && *always == '1';
        nth = number ? atol(number) : 0;
    }
    if (nth == 0 || fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))
        return 0;
    long now = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (for_good ? now < nth : now != nth)
        return 0;
    errno = with;
    return 1;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t size) { REAL(write); return fails(fd) ? -1 : real(fd, bytes, size); }
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { REAL(pwrite); return fails(fd) ? -1 : real(fd, bytes, size, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { REAL(pwrite64); return fails(fd) ? -1 : real(fd, bytes, size, at); }
ssize_t writev(int fd, const struct iovec *parts, int number) { REAL(writev); return fails(fd) ? -1 : real(fd, parts, number); }
int fsync(int fd) { REAL(fsync); return fails(fd) ? -1 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); return fails(fd) ? -1 : real(fd); }
