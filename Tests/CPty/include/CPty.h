/* What Swift can't reach of pseudo terminals: glibc hides it behind _GNU_SOURCE, which must not be defined in a
   header that a module is made of. */
#pragma once
#include <stddef.h>
#include <sys/types.h>

/* Opens a pseudo terminal; returns the controlling end and writes the other end's path. -1 on failure. */
int pty_open(char *_Nonnull path, size_t size);

int pty_resize(int fd, int width, int height);

/* Starts a program with an empty signal mask and every handler at its default: a test runner's threads block most
   signals, and a child would inherit that. `input`, `output` and `error` are descriptors, or -1 for `terminal`
   (then in a session of its own) or, without one, /dev/null. Returns an errno. */
int pty_spawn(pid_t *_Nonnull pid, const char *_Nonnull program, char *_Nullable const *_Nonnull arguments,
              char *_Nullable const *_Nonnull environment, const char *_Nullable directory,
              const char *_Nullable terminal, int input, int output, int error);

/* Columns of a character as the C library sees it under UTF-8; -1 for what can't be printed. */
int pty_width(unsigned int scalar);
