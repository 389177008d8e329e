/* ncurses and the signals of a terminal program, as far as Swift can't reach them. */
#pragma once
#include <stdint.h>

/* Columns of a character in a UTF-8 locale: 0 for what stands on the character before, -1 for what can't be printed.
   The C library's own table, since that is what ncurses goes by: a second table would shift cells where it differs.
   Safe on any thread, whatever the program's locale. */
int nc_columns(uint32_t scalar);
