#define _GNU_SOURCE 1
#include "CPty.h"
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

int pty_open(char *path, size_t size) {
  int fd = posix_openpt(O_RDWR | O_NOCTTY);
  if (fd < 0) return -1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
#ifdef __linux__
  if (grantpt(fd) == 0 && unlockpt(fd) == 0 && ptsname_r(fd, path, size) == 0) return fd;
#else
  if (grantpt(fd) == 0 && unlockpt(fd) == 0 && strlcpy(path, ptsname(fd), size) < size) return fd;
#endif
  close(fd);
  return -1;
}

int pty_resize(int fd, int width, int height) {
  struct winsize size = {(unsigned short)height, (unsigned short)width, 0, 0};
  return ioctl(fd, TIOCSWINSZ, &size);
}

int pty_spawn(pid_t *pid, const char *program, char *const *arguments, char *const *environment,
              const char *directory, const char *terminal, int input, int output, int error) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  /* The first terminal a session leader opens becomes its controlling one: no fork needed. */
  if (terminal) flags |= POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&attributes, flags);
  const int from[3] = {input, output, error};
  for (int target = 0; target < 3; target++) {
    if (from[target] >= 0)
      posix_spawn_file_actions_adddup2(&actions, from[target], target);
    else
      posix_spawn_file_actions_addopen(&actions, target, terminal ? terminal : "/dev/null", O_RDWR, 0);
  }
  if (directory) posix_spawn_file_actions_addchdir_np(&actions, directory);
#ifdef __linux__
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
  int result = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return result;
}

int pty_width(unsigned int scalar) {
  static locale_t utf8;
  if (!utf8) utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  locale_t before = uselocale(utf8);
  int width = wcwidth((wchar_t)scalar);
  uselocale(before);
  return width;
}
