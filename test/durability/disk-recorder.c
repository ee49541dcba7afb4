/*
 * Preloaded into a process that works on a store: writes every change of data.mdb, every completed flush and
 * every acknowledgement into one log, in the order in which they happened. WAXWING_DISK_LOG names the log.
 *
 *   u8 type   u64 offset   u32 length   data          (little-endian)
 *   W  write, recorded before it is made; data
 *   D  the newest W is on the disk by itself (its descriptor is O_DSYNC or O_SYNC)
 *   S  every W that came before the matching F is on the disk
 *   F  a flush begins
 *   T  truncate to offset
 *   L  the data file got its name
 *   A  acknowledgement: what the process writes to a file called acknowledged
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static __thread int inside = 0;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void put(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t done = REAL(write)(log_fd, at, length);
    if (done <= 0) abort();
    at += done;
    length -= (size_t)done;
  }
}

static void head(char type, uint64_t offset, uint32_t length) {
  char header[13];
  header[0] = type;
  memcpy(header + 1, &offset, 8);
  memcpy(header + 9, &length, 4);
  put(header, sizeof header);
}

/* 'd' for the data file, 'a' for the acknowledgements, 0 for all else. */
static char kind_of(int fd) {
  char link[64], path[PATH_MAX];
  char *log_path = getenv("WAXWING_DISK_LOG");
  if (!log_path || inside) return 0;
  char *digits = link + sizeof link - 1;
  *digits = 0;
  unsigned number = (unsigned)fd;
  do *--digits = (char)('0' + number % 10); while ((number /= 10) > 0);
  static const char folder[] = "/proc/self/fd/";
  char name[80];
  strcpy(name, folder);
  strcat(name, digits);
  ssize_t length = readlink(name, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  const char *base = strrchr(path, '/');
  if (!base) return 0;
  char kind = !strcmp(base, "/data.mdb") ? 'd' : !strcmp(base, "/acknowledged") ? 'a' : 0;
  if (kind && log_fd < 0) log_fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return kind;
}

static int is_synchronous(int fd) { return (fcntl(fd, F_GETFL) & O_DSYNC) != 0; }

static ssize_t record(int fd, const struct iovec *parts, int count, off_t offset, char kind,
                      ssize_t (*perform)(int, const struct iovec *, int, off_t)) {
  int saved;
  ssize_t result;
  pthread_mutex_lock(&lock);
  inside = 1;
  uint32_t length = 0;
  for (int i = 0; i < count; i++) length += (uint32_t)parts[i].iov_len;
  head(kind == 'a' ? 'A' : 'W', (uint64_t)offset, length);
  for (int i = 0; i < count; i++) put(parts[i].iov_base, parts[i].iov_len);
  result = perform(fd, parts, count, offset);
  saved = errno;
  if (result != (ssize_t)length) abort(); /* the recorder knows no short writes */
  if (kind == 'd' && is_synchronous(fd)) head('D', 0, 0);
  inside = 0;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}

static ssize_t at_offset(int fd, const struct iovec *parts, int count, off_t offset) {
  return REAL(pwritev)(fd, parts, count, offset);
}

static ssize_t at_position(int fd, const struct iovec *parts, int count, off_t offset) {
  (void)offset;
  return REAL(writev)(fd, parts, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  char kind = kind_of(fd);
  struct iovec part = {(void *)bytes, length};
  return kind ? record(fd, &part, 1, offset, kind, at_offset) : REAL(pwrite)(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  return pwrite(fd, bytes, length, (off_t)offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  char kind = kind_of(fd);
  return kind ? record(fd, parts, count, offset, kind, at_offset) : REAL(pwritev)(fd, parts, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  return pwritev(fd, parts, count, (off_t)offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  char kind = kind_of(fd);
  if (!kind) return REAL(writev)(fd, parts, count);
  return record(fd, parts, count, lseek(fd, 0, SEEK_CUR), kind, at_position);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  char kind = kind_of(fd);
  if (!kind) return REAL(write)(fd, bytes, length);
  struct iovec part = {(void *)bytes, length};
  return record(fd, &part, 1, lseek(fd, 0, SEEK_CUR), kind, at_position);
}

static int flushed(int fd, int (*flush)(int)) {
  if (kind_of(fd) != 'd') return flush(fd);
  pthread_mutex_lock(&lock);
  inside = 1;
  head('F', 0, 0);
  int result = flush(fd);
  int saved = errno;
  if (result == 0) head('S', 0, 0);
  inside = 0;
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}

int fsync(int fd) { return flushed(fd, REAL(fsync)); }
int fdatasync(int fd) { return flushed(fd, REAL(fdatasync)); }

int ftruncate(int fd, off_t length) {
  if (kind_of(fd) == 'd') {
    pthread_mutex_lock(&lock);
    inside = 1;
    head('T', (uint64_t)length, 0);
    inside = 0;
    pthread_mutex_unlock(&lock);
  }
  return REAL(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length) { return ftruncate(fd, (off_t)length); }

/* A store is made elsewhere and linked into its place once it is whole. */
int link(const char *from, const char *to) {
  int result = REAL(link)(from, to);
  int saved = errno;
  const char *base = strrchr(to, '/');
  if (result == 0 && log_fd >= 0 && base && !strcmp(base, "/data.mdb")) {
    pthread_mutex_lock(&lock);
    inside = 1;
    head('L', 0, 0);
    inside = 0;
    pthread_mutex_unlock(&lock);
  }
  errno = saved;
  return result;
}

/* A writable shared map of the data file would change it behind the recorder's back. */
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  if ((protection & PROT_WRITE) && (flags & MAP_SHARED) && fd >= 0 && kind_of(fd) == 'd') abort();
  return REAL(mmap)(address, length, protection, flags, fd, offset);
}
