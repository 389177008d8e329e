#define _GNU_SOURCE 1
#include "CNcurses.h"
#include <locale.h>
#include <pthread.h>
#include <wchar.h>

static locale_t utf8;

static void make_utf8(void) {
  static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"};
  for (unsigned i = 0; i < sizeof names / sizeof *names && !utf8; i++)
    utf8 = newlocale(LC_CTYPE_MASK, names[i], 0);
}

int nc_columns(uint32_t scalar) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_utf8);
  if (!utf8) return scalar >= 0x20 && scalar < 0x7F ? 1 : -1;
  locale_t before = uselocale(utf8);
  int columns = wcwidth((wchar_t)scalar);
  uselocale(before);
  return columns;
}
