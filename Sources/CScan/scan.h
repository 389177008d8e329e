#pragma once
#include <stddef.h>
#include <stdint.h>

/// Offset of the quote that ends a JSON string whose content starts at `p`, or `n` when there is none.
/// `*escaped` becomes 1 when a backslash stands before it.
static inline size_t scan_string(const uint8_t *_Nonnull p, size_t n, int *_Nonnull escaped) {
  for (size_t i = 0; i < n; i++) {
    if (p[i] == '"') return i;
    if (p[i] == '\\') {
      *escaped = 1;
      i++;
    }
  }
  return n;
}

/// Bytes of the JSON object or array whose open bracket is `p[0]`, its close included; 0 when it has no end in `n`.
static inline size_t scan_container(const uint8_t *_Nonnull p, size_t n) {
  size_t depth = 0;
  for (size_t i = 0; i < n; i++) {
    uint8_t c = p[i];
    if (c == '"') {
      int escaped = 0;
      i += 1 + scan_string(p + i + 1, n - i - 1, &escaped);
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return i + 1;
    }
  }
  return 0;
}
