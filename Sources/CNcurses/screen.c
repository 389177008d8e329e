#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#include "CNcurses.h"
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#undef columns /* term.h claims it */

static SCREEN *screen;
static int xterm_like;
static int mouse_wanted = 1;

static const char modes_on[] = "\033[?2004h";
static const char mouse_on[] = "\033[?1000h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1000l";
static const char modes_off[] = "\033[?2004l";

/* Names and logs are UTF-8 whatever LANG says, and so is nearly every terminal. */
static void use_utf8(void) {
  static const char *const names[] = {"", "C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (setlocale(LC_CTYPE, names[i]) && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
}

static char collected[512];
static int collected_count;

static int collect(int byte) {
  if (collected_count < (int)sizeof collected) collected[collected_count++] = (char)byte;
  return byte;
}

static void collect_capability(const char *name) {
  const char *bytes = tigetstr(name);
  if (bytes && bytes != (const char *)-1) tputs(bytes, 1, collect);
}

/* What undoes everything ncurses may be in the middle of, a half-sent sequence included (ESC \ ends one and is
   nothing by itself): insert mode, a scroll region, wrapping off, colours, hidden cursor, keypad mode, alternate
   screen. */
static void prepare_reset(void) {
  collected_count = 0;
  if (xterm_like) {
    const char *const parts[] = {"\033\\", mouse_off, modes_off, "\033[r"};
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++)
      for (const char *byte = parts[i]; *byte; byte++) collect(*byte);
  }
  static const char *const names[] = {"rmir", "smam", "sgr0", "op", "cnorm", "rmkx", "rmcup"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) collect_capability(names[i]);
  nc_signals_set_reset(collected, collected_count);
}

/* Not putp: its bytes wait in stdio's buffer, ncurses' do not. */
static void send(const char *bytes) { nc_write(bytes, (long)strlen(bytes)); }

static void switch_modes(int on) {
  if (!xterm_like) return;
  send(on ? modes_on : modes_off);
  if (mouse_wanted || !on) send(on ? mouse_on : mouse_off);
}

/* Every key is a key, but ctrl-c: that stays a signal, which gets through to a main thread that hangs. */
static void set_input_modes(void) {
  struct termios modes;
  cbreak();
  noecho();
  nonl();
  if (tcgetattr(STDIN_FILENO, &modes) == 0) {
    modes.c_iflag &= (tcflag_t) ~(IXON | IXOFF);
    modes.c_lflag &= (tcflag_t)~IEXTEN;
    modes.c_cc[VQUIT] = _POSIX_VDISABLE;
    modes.c_cc[VSUSP] = _POSIX_VDISABLE;
#ifdef VDSUSP
    modes.c_cc[VDSUSP] = _POSIX_VDISABLE;
#endif
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
  }
  def_prog_mode();
}

int nc_open(void) {
  int problem = 0;
  use_utf8();
  set_escdelay(25);
  if (setupterm(NULL, STDOUT_FILENO, &problem) != OK || !nc_key_sequence("cup")) return 0;
  screen = newterm(NULL, stdout, stdin);
  if (!screen) return 0;
  xterm_like = nc_key_sequence("kmous") != NULL;
  prepare_reset();
  nc_signals_own_terminal(1);
  set_input_modes();
  typeahead(-1); /* a key that waits is no reason to leave half a frame */
  leaveok(stdscr, TRUE);
  curs_set(0);
  if (has_colors() && start_color() == OK) use_default_colors();
  keypad(stdscr, TRUE);
  switch_modes(1);
  return 1;
}

void nc_leave(void) {
  switch_modes(0);
  endwin();
  nc_signals_own_terminal(0);
}

void nc_enter(void) {
  nc_signals_own_terminal(1);
  reset_prog_mode();
  switch_modes(1);
  clearok(curscr, TRUE);
}

void nc_size(int *width, int *height) { getmaxyx(stdscr, *height, *width); }

int nc_follow_size(void) {
  struct winsize now;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) != 0 || now.ws_row == 0 || now.ws_col == 0) return 0;
  int width, height;
  nc_size(&width, &height);
  if (now.ws_row == height && now.ws_col == width) return 0;
  resize_term(now.ws_row, now.ws_col);
  clearok(curscr, TRUE); /* terminals differ in what they keep of a screen that changes its size */
  return 1;
}

int nc_colors(void) { return has_colors() ? COLORS : 0; }
int nc_pairs(void) { return has_colors() ? COLOR_PAIRS : 0; }

void nc_set_pair(int pair, int foreground, int background) {
#if NCURSES_EXT_COLORS
  init_extended_pair(pair, foreground, background);
#else
  init_pair((short)pair, (short)foreground, (short)background);
#endif
}

static attr_t attributes_of(uint32_t bits) {
  attr_t attributes = A_NORMAL;
  if (bits & NC_BOLD) attributes |= A_BOLD;
  if (bits & NC_DIM) attributes |= A_DIM;
#ifdef A_ITALIC
  if (bits & NC_ITALIC) attributes |= A_ITALIC;
#endif
  if (bits & NC_UNDERLINE) attributes |= A_UNDERLINE;
  if (bits & NC_REVERSE) attributes |= A_REVERSE;
  return attributes;
}

void nc_put_row(int y, const nc_cell *cells, int count) {
  cchar_t row[256];
  int x = 0;
  wmove(stdscr, y, 0);
  while (x < count) {
    int part = count - x < 256 ? count - x : 256;
    int columns = 0;
    memset(row, 0, sizeof *row * (size_t)part);
    for (int i = 0; i < part; i++) {
      const nc_cell *cell = &cells[x + i];
      wchar_t text[6] = {0};
      for (int scalar = 0; scalar < 5; scalar++) text[scalar] = (wchar_t)cell->scalars[scalar];
#if NCURSES_EXT_COLORS
      memcpy(row[i].chars, text, sizeof row[i].chars);
      row[i].attr = attributes_of(cell->attributes) | (attr_t)COLOR_PAIR(cell->pair < 255 ? cell->pair : 255);
      row[i].ext_color = cell->pair;
#else
      setcchar(&row[i], text, attributes_of(cell->attributes), (short)cell->pair, NULL);
#endif
      int width = wcwidth(text[0]);
      columns += width > 0 ? width : 1;
    }
    int left = getcurx(stdscr);
    wadd_wchnstr(stdscr, row, part);
    if (left + columns > getmaxx(stdscr) - 1) return;
    wmove(stdscr, y, left + columns); /* wadd_wchnstr leaves the cursor where it was */
    x += part;
  }
}

void nc_flush(int cursor_x, int cursor_y) {
  static int visible = 0;
  int show = cursor_x >= 0;
  leaveok(stdscr, !show);
  if (show) wmove(stdscr, cursor_y, cursor_x);
  wnoutrefresh(stdscr);
  if (show != visible) curs_set(show);
  visible = show;
  doupdate();
}

void nc_repaint(void) { clearok(curscr, TRUE); }

void nc_mouse(int on) {
  if (on == mouse_wanted) return;
  mouse_wanted = on;
  if (xterm_like) send(on ? mouse_on : mouse_off);
}

void nc_bell(void) { beep(); }

int nc_is_xterm_like(void) { return xterm_like; }

const char *nc_key_sequence(const char *name) {
  const char *bytes = tigetstr(name);
  return bytes && bytes != (const char *)-1 ? bytes : NULL;
}

void nc_write(const void *bytes, long count) {
  const char *rest = bytes;
  while (count > 0) {
    long sent = write(STDOUT_FILENO, rest, (size_t)count);
    if (sent > 0) {
      rest += sent;
      count -= sent;
    } else if (errno == EAGAIN) {
      struct pollfd room = {STDOUT_FILENO, POLLOUT, 0};
      if (poll(&room, 1, 1000) <= 0) return;
    } else if (errno != EINTR) {
      return;
    }
  }
}
