/* A program in a pseudo terminal. The session leader's first open of a terminal makes it the controlling one, so a
   spawn with SETSID is enough and no fork is needed. */
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

/* Opens a pseudo terminal; returns the controlling end and writes the other end's path. -1 on failure. */
static inline int pty_open(char *_Nonnull path, size_t size) {
  int fd = posix_openpt(O_RDWR | O_NOCTTY);
  if (fd < 0) return -1;
  if (grantpt(fd) != 0 || unlockpt(fd) != 0) { close(fd); return -1; }
#ifdef __linux__
  if (ptsname_r(fd, path, size) != 0) { close(fd); return -1; }
#else
  strlcpy(path, ptsname(fd), size);
#endif
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fd;
}

static inline int pty_resize(int fd, int width, int height) {
  struct winsize size = {(unsigned short)height, (unsigned short)width, 0, 0};
  return ioctl(fd, TIOCSWINSZ, &size);
}

/* Signal mask empty and every handler at its default: a test runner's threads block most signals, and a child would
   inherit that. `input`, `output` and `error` are descriptors, or -1 for `terminal` (then in a new session) or, without
   one, /dev/null. Returns an errno. */
static inline int pty_spawn(pid_t *_Nonnull pid, const char *_Nonnull program,
                            char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
                            const char *_Nullable directory, const char *_Nullable terminal, int input, int output,
                            int error) {
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
  if (terminal) flags |= POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&attributes, flags);
  const int from[3] = {input, output, error};
  for (int target = 0; target < 3; target++) {
    if (from[target] >= 0) posix_spawn_file_actions_adddup2(&actions, from[target], target);
    else posix_spawn_file_actions_addopen(&actions, target, terminal ? terminal : "/dev/null", O_RDWR, 0);
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
