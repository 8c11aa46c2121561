/* Preloaded into a server, it makes the disk below $BROKEN_BELOW fail as network and FUSE disks do. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

static int is_below(const char *path) {
  const char *folder = getenv("BROKEN_BELOW");
  return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_open_below(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return is_below(path);
}

/* BROKEN_LOCKS: the errno of every lock. */
int fcntl64(int fd, int command, ...) {
  static int (*real)(int, int, ...);
  if (real == NULL) real = dlsym(RTLD_NEXT, "fcntl64");
  va_list rest;
  va_start(rest, command);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  const char *fault = getenv("BROKEN_LOCKS");
  if (fault != NULL && (command == F_SETLK || command == F_SETLKW) && is_open_below(fd)) {
    errno = atoi(fault);
    return -1;
  }
  return real(fd, command, argument);
}

/* Another name of it, by which programs without large files call it. */
int fcntl(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  return fcntl64(fd, command, argument);
}

/* BROKEN_MMAP: there is no shared memory. */
void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
  static void *(*real)(void *, size_t, int, int, int, off64_t);
  if (real == NULL) real = dlsym(RTLD_NEXT, "mmap64");
  if (getenv("BROKEN_MMAP") != NULL && fd >= 0 && is_open_below(fd)) {
    errno = ENODEV;
    return MAP_FAILED;
  }
  return real(address, length, protection, flags, fd, offset);
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  return mmap64(address, length, protection, flags, fd, offset);
}

/* BROKEN_TYPE: the number of its file system. */
int statfs64(const char *path, struct statfs64 *found) {
  static int (*real)(const char *, struct statfs64 *);
  if (real == NULL) real = dlsym(RTLD_NEXT, "statfs64");
  int result = real(path, found);
  const char *type = getenv("BROKEN_TYPE");
  if (type != NULL && is_below(path)) found->f_type = atol(type);
  return result;
}

int statfs(const char *path, struct statfs *found) {
  return statfs64(path, (struct statfs64 *)found);
}

/* BROKEN_HANGS: nothing is ever answered. */
int mkdir(const char *path, mode_t mode) {
  static int (*real)(const char *, mode_t);
  if (real == NULL) real = dlsym(RTLD_NEXT, "mkdir");
  while (getenv("BROKEN_HANGS") != NULL && is_below(path)) pause();
  return real(path, mode);
}
