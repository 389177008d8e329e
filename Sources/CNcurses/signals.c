#define _GNU_SOURCE 1
#include "CNcurses.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Everything the handlers touch is here, written before they are installed or atomic: they may run on any
   thread, at any instant, also inside malloc or ncurses. */
static atomic_uint pending;
static atomic_int owned;       /* the terminal is in our modes */
static atomic_int impatience;  /* requests to end that nobody has answered */
static int wake[2] = {-1, -1};
static int terminal = -1; /* our own descriptor, so that standard output can be shut off from under a draw */
static int nowhere = -1;
static struct termios modes;
static char reset_bytes[512];
static atomic_int reset_count;
static int errors = -1;      /* what standard error was */
static int collected = -1;   /* where it goes meanwhile */

static const int noted[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGINT, SIGTERM, SIGHUP};
static const int fatal[] = {SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGQUIT};
enum { NOTED = sizeof noted / sizeof *noted, FATAL = sizeof fatal / sizeof *fatal };
static struct sigaction before_noted[NOTED], before_fatal[FATAL];
static char alternate_stack[64 * 1024];

static void write_all(int fd, const char *bytes, long count) {
  while (count > 0) {
    long sent = write(fd, bytes, (size_t)count);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    bytes += sent;
    count -= sent;
  }
}

static void show_collected(void) {
  char buffer[1024];
  long offset = 0, count;
  while (offset < 64 * 1024 && (count = pread(collected, buffer, sizeof buffer, offset)) > 0) {
    write_all(errors, buffer, count);
    offset += count;
  }
}

/* Only async-signal-safe calls. Standard output is shut off first: another thread may be drawing. */
static void rescue_terminal(void) {
  if (!atomic_exchange(&owned, 0)) return;
  sigset_t stop_on_output;
  sigemptyset(&stop_on_output);
  sigaddset(&stop_on_output, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &stop_on_output, NULL); /* in the background tcsetattr would stop us */
  dup2(nowhere, STDOUT_FILENO);
  write_all(terminal, reset_bytes, atomic_load(&reset_count));
  tcsetattr(terminal, TCSANOW, &modes);
  tcflush(terminal, TCIFLUSH); /* reports of the mouse would be typed into the shell */
  if (collected >= 0) show_collected();
}

static void die_by(int number) {
  rescue_terminal();
  signal(number, SIG_DFL);
  raise(number); /* blocked until the handler returns */
}

static void note(int number) {
  int error = errno;
  if (number == SIGTSTP && !atomic_load(&owned)) {
    raise(SIGSTOP); /* beside the editor or shell that has the terminal; stops once the handler returns */
    errno = error;
    return;
  }
  unsigned bit = number == SIGWINCH ? NC_RESIZED
                 : number == SIGCONT ? NC_CONTINUED
                 : number == SIGTSTP ? NC_STOP
                 : number == SIGINT  ? NC_INT
                 : number == SIGTERM ? NC_TERM
                                     : NC_HUP;
  /* Somebody at the keyboard who asks for the third time is not to be kept by a main thread that hangs. */
  if (bit >= NC_INT && atomic_load(&owned) && atomic_fetch_add(&impatience, 1) >= 2) die_by(number);
  nc_signals_post(bit);
  errno = error;
}

void nc_signals_post(unsigned signals) {
  atomic_fetch_or(&pending, signals);
  char byte = 0;
  long sent = write(wake[1], &byte, 1); /* a full pipe wakes as well */
  (void)sent;
}

unsigned nc_signals_take(void) {
  char bytes[64];
  while (read(wake[0], bytes, sizeof bytes) == sizeof bytes) {
  }
  atomic_store(&impatience, 0);
  return atomic_exchange(&pending, 0);
}

static void rescue_at_exit(void) { rescue_terminal(); }

static void collect_errors(void) {
  if (!isatty(STDERR_FILENO)) return;
  char path[] = "/tmp/clustertui-errors-XXXXXX";
  int file = mkstemp(path);
  if (file < 0) return;
  unlink(path);
  fcntl(file, F_SETFD, FD_CLOEXEC);
  fcntl(file, F_SETFL, O_APPEND);
  errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  collected = file;
}

static void install(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigfillset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  action.sa_handler = note;
  for (int i = 0; i < NOTED; i++) sigaction(noted[i], &action, &before_noted[i]);
  action.sa_flags = SA_ONSTACK;
  action.sa_handler = die_by;
  for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &action, &before_fatal[i]);
}

int nc_signals_open(void) {
  if (tcgetattr(STDIN_FILENO, &modes) != 0 || pipe(wake) != 0) return -1;
  for (int i = 0; i < 2; i++) {
    fcntl(wake[i], F_SETFL, O_NONBLOCK);
    fcntl(wake[i], F_SETFD, FD_CLOEXEC);
  }
  terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  atomic_store(&pending, 0);
  collect_errors();
  static int registered;
  if (!registered++) atexit(rescue_at_exit);
  /* A stack overflow leaves no room for a handler on the main thread's own stack. */
  stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
  sigaltstack(&stack, NULL);
  install();
  return wake[0];
}

void nc_signals_set_reset(const char *bytes, int count) {
  atomic_store(&reset_count, 0);
  if (count > (int)sizeof reset_bytes) count = sizeof reset_bytes;
  memcpy(reset_bytes, bytes, (size_t)count);
  atomic_store(&reset_count, count);
}

void nc_signals_own_terminal(int own) {
  if (collected >= 0) {
    fflush(stderr);
    dup2(own ? collected : errors, STDERR_FILENO);
  }
  atomic_store(&impatience, 0);
  atomic_store(&owned, own);
}

void nc_signals_stop(void) {
  struct sigaction standard, ours;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &standard, &ours);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &ours, NULL);
}

void nc_signals_close(void) {
  nc_signals_own_terminal(0);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
  for (int i = 0; i < NOTED; i++) sigaction(noted[i], &before_noted[i], NULL);
  for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &before_fatal[i], NULL);
  if (collected >= 0) show_collected();
  int *const descriptors[] = {&wake[0], &wake[1], &terminal, &nowhere, &errors, &collected};
  for (unsigned i = 0; i < sizeof descriptors / sizeof *descriptors; i++) {
    if (*descriptors[i] >= 0) close(*descriptors[i]);
    *descriptors[i] = -1;
  }
}
