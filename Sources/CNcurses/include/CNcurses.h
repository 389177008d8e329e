/* ncurses and the signals of a full-screen program, without curses.h: its macros, globals and variadic functions
   can't be imported by Swift. One screen at a time, on the main thread; only nc_columns may be called from
   others. */
#pragma once
#include <stdint.h>

/* --- width.c */

/* Columns of a character in a UTF-8 locale: 0 for what stands on the character before, -1 for what can't be
   printed. The C library's own table, since that is what ncurses goes by: a second table would shift cells where
   it differs. Safe on any thread, whatever the program's locale. */
int nc_columns(uint32_t scalar);

/* --- screen.c */

enum { NC_BOLD = 1, NC_DIM = 2, NC_ITALIC = 4, NC_UNDERLINE = 8, NC_REVERSE = 16 };

/* A character with up to four marks; unused scalars are 0. A wide one is a single cell here. */
typedef struct nc_cell {
  uint32_t scalars[5];
  uint32_t attributes;
  int32_t pair;
} nc_cell;

/* Starts the full screen on standard input and output; 0 when ncurses does not know TERM or can't address its
   cursor. */
int nc_open(void);
/* Gives the terminal back for good, or for a while. */
void nc_leave(void);
/* Takes the terminal again after nc_leave; the next nc_flush repaints all of it. */
void nc_enter(void);
void nc_size(int *_Nonnull width, int *_Nonnull height);
/* Asks the terminal for its size and follows it; 0 when it is the same as before. */
int nc_follow_size(void);
/* Colours and pairs there are; 0 without colours. */
int nc_colors(void);
int nc_pairs(void);
/* Colour -1 is the terminal's own. */
void nc_set_pair(int pair, int foreground, int background);
void nc_put_row(int y, const nc_cell *_Nonnull cells, int count);
/* Sends the changes; the cursor is hidden where x is negative. */
void nc_flush(int cursor_x, int cursor_y);
/* Forgets what the terminal shows, so that the next nc_flush sends everything. */
void nc_repaint(void);
void nc_mouse(int on);
void nc_bell(void);
/* Whether the terminal understands xterm's sequences: mouse, bracketed paste, clipboard. */
int nc_is_xterm_like(void);
/* What the terminal sends for a key, by its terminfo name ("kcuu1"); NULL where it has none. */
const char *_Nullable nc_key_sequence(const char *_Nonnull name);
/* Bytes of our own between two flushes. */
void nc_write(const void *_Nonnull bytes, long count);

/* --- signals.c */

enum { NC_RESIZED = 1, NC_CONTINUED = 2, NC_STOP = 4, NC_INT = 8, NC_TERM = 16, NC_HUP = 32 };

/* Remembers the terminal's modes, installs the handlers and collects standard error in a file when it is the
   terminal, where it would spoil the screen. Returns the descriptor that is readable when a signal came; -1 on
   failure. */
int nc_signals_open(void);
/* The bytes that bring the terminal back from whatever ncurses was doing; kept for a crash. */
void nc_signals_set_reset(const char *_Nonnull bytes, int count);
/* From here on a crash restores the terminal; 0: it is the terminal of somebody else again. */
void nc_signals_own_terminal(int own);
/* NC_... of the signals since the last call. */
unsigned nc_signals_take(void);
/* As if the signal had come: NC_HUP when the terminal is gone. */
void nc_signals_post(unsigned signals);
/* Stops this process as SIGTSTP would without us; returns when it goes on. */
void nc_signals_stop(void);
/* Handlers, modes and standard error as before nc_signals_open; what was collected is written to it. */
void nc_signals_close(void);
