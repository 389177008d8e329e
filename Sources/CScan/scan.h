// Block scans over bytes for the parsers: 64 bytes at a time with SSE2 (every x86-64) or NEON (every arm64),
// else one by one (also with -DSCAN_SCALAR). No function reads outside [p, p + n): a last part that does not
// fill a block is copied into one first. SwiftPM does not notice a change in this file: build anew after one.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(SCAN_SCALAR)
#include <emmintrin.h>
#define SCAN_BLOCKS 1
// Four named vectors and no loops: Swift's optimizer does not unroll C loops.
typedef struct {
  __m128i a, b, c, d;
} scan_block;

static inline scan_block scan_load(const uint8_t *_Nonnull p) {
  const __m128i *v = (const __m128i *)(const void *)p;
  return (scan_block){
    _mm_loadu_si128(v), _mm_loadu_si128(v + 1), _mm_loadu_si128(v + 2), _mm_loadu_si128(v + 3)};
}

static inline scan_block scan_with_bit(scan_block x, uint8_t bit) {
  __m128i m = _mm_set1_epi8((char)bit);
  return (scan_block){_mm_or_si128(x.a, m), _mm_or_si128(x.b, m), _mm_or_si128(x.c, m), _mm_or_si128(x.d, m)};
}

/// Bit i is set where byte i is `c`.
static inline uint64_t scan_equal(scan_block x, uint8_t c) {
  __m128i m = _mm_set1_epi8((char)c);
  uint64_t a = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x.a, m));
  uint64_t b = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x.b, m));
  uint64_t c2 = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x.c, m));
  uint64_t d = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x.d, m));
  return (a | b << 16) | (c2 | d << 16) << 32;
}

/// Whether any byte is `c`: cheaper than asking where.
static inline int scan_has(scan_block x, uint8_t c) {
  __m128i m = _mm_set1_epi8((char)c);
  __m128i ab = _mm_or_si128(_mm_cmpeq_epi8(x.a, m), _mm_cmpeq_epi8(x.b, m));
  __m128i cd = _mm_or_si128(_mm_cmpeq_epi8(x.c, m), _mm_cmpeq_epi8(x.d, m));
  return _mm_movemask_epi8(_mm_or_si128(ab, cd)) != 0;
}

/// Whether any of the 64 bytes is above 0x7F.
static inline int scan_has_high(scan_block x) {
  return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(x.a, x.b), _mm_or_si128(x.c, x.d))) != 0;
}
#elif defined(__ARM_NEON) && defined(__aarch64__) && !defined(SCAN_SCALAR)
#include <arm_neon.h>
#define SCAN_BLOCKS 1
typedef struct {
  uint8x16_t a, b, c, d;
} scan_block;

static inline scan_block scan_load(const uint8_t *_Nonnull p) {
  return (scan_block){vld1q_u8(p), vld1q_u8(p + 16), vld1q_u8(p + 32), vld1q_u8(p + 48)};
}

static inline scan_block scan_with_bit(scan_block x, uint8_t bit) {
  uint8x16_t m = vdupq_n_u8(bit);
  return (scan_block){vorrq_u8(x.a, m), vorrq_u8(x.b, m), vorrq_u8(x.c, m), vorrq_u8(x.d, m)};
}

/// Bit i is set where byte i is `c`. NEON has no movemask: each byte keeps the bit of its place in a group of
/// eight, and three pairwise additions bring the groups together.
static inline uint64_t scan_equal(scan_block x, uint8_t c) {
  const uint8x16_t bits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t m = vdupq_n_u8(c);
  uint8x16_t ab = vpaddq_u8(vandq_u8(vceqq_u8(x.a, m), bits), vandq_u8(vceqq_u8(x.b, m), bits));
  uint8x16_t cd = vpaddq_u8(vandq_u8(vceqq_u8(x.c, m), bits), vandq_u8(vceqq_u8(x.d, m), bits));
  uint8x16_t all = vpaddq_u8(ab, cd);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

/// Whether any byte is `c`: cheaper than asking where.
static inline int scan_has(scan_block x, uint8_t c) {
  uint8x16_t m = vdupq_n_u8(c);
  uint8x16_t ab = vorrq_u8(vceqq_u8(x.a, m), vceqq_u8(x.b, m));
  return vmaxvq_u8(vorrq_u8(ab, vorrq_u8(vceqq_u8(x.c, m), vceqq_u8(x.d, m)))) != 0;
}

/// Whether any of the 64 bytes is above 0x7F.
static inline int scan_has_high(scan_block x) {
  return vmaxvq_u8(vorrq_u8(vorrq_u8(x.a, x.b), vorrq_u8(x.c, x.d))) > 0x7F;
}
#endif

#ifdef SCAN_BLOCKS
/// A block of `n` < 64 bytes, the rest zero.
static __attribute__((noinline, unused)) scan_block scan_load_tail(const uint8_t *_Nonnull p, size_t n) {
  uint8_t copy[64] = {0};
  memcpy(copy, p, n);
  return scan_load(copy);
}

static inline scan_block scan_load_at(const uint8_t *_Nonnull p, size_t i, size_t n) {
  return n - i >= 64 ? scan_load(p + i) : scan_load_tail(p + i, n - i);
}

/// Bit i is set where an odd number of bits up to and with i is set in `x`: inside quotes, the open one
/// counted in.
static inline uint64_t scan_prefix_xor(uint64_t x) {
  x ^= x << 1;
  x ^= x << 2;
  x ^= x << 4;
  x ^= x << 8;
  x ^= x << 16;
  return x ^ x << 32;
}

/// The bytes that a backslash escapes. `*carry` says whether the block before ended in an escaping backslash.
/// Odd and even starts of runs of backslashes are told apart by adding: a run's carry comes out behind its
/// end.
static inline uint64_t scan_escaped(uint64_t backslashes, uint64_t *_Nonnull carry) {
  const uint64_t even = 0x5555555555555555ULL;
  backslashes &= ~*carry;
  uint64_t follows = backslashes << 1 | *carry;
  uint64_t odd_starts = backslashes & ~even & ~follows;
  uint64_t run_ends;
  *carry = __builtin_add_overflow(odd_starts, backslashes, &run_ends);
  return (even ^ run_ends << 1) & follows;
}
#endif

/// Offset of the quote that ends a JSON string whose content starts at `p`, or `n` when there is none.
/// `*escaped` becomes 1 when a backslash stands before it.
static inline size_t scan_string(const uint8_t *_Nonnull p, size_t n, int *_Nonnull escaped) {
  size_t i = 0;
#if defined(__SSE2__) && defined(SCAN_BLOCKS)
  // Most strings end within 16 bytes or two times that, so smaller steps are faster here.
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
  while (n - i >= 16) {
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
    __m128i either = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash));
    unsigned found = (unsigned)_mm_movemask_epi8(either);
    if (!found) {
      i += 16;
      continue;
    }
    i += (size_t)__builtin_ctz(found);
    if (p[i] == '"') return i;
    *escaped = 1;
    i += 2;
    if (i > n) return n;
  }
#elif defined(SCAN_BLOCKS)
  const uint8x16_t quote = vdupq_n_u8('"'), backslash = vdupq_n_u8('\\');
  while (n - i >= 16) {
    uint8x16_t v = vld1q_u8(p + i);
    uint8x16_t m = vorrq_u8(vceqq_u8(v, quote), vceqq_u8(v, backslash));
    // Four bits of each byte, narrowed into one word.
    uint64_t found = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(m), 4)), 0);
    if (!found) {
      i += 16;
      continue;
    }
    i += (size_t)__builtin_ctzll(found) >> 2;
    if (p[i] == '"') return i;
    *escaped = 1;
    i += 2;
    if (i > n) return n;
  }
#endif
  for (; i < n; i++) {
    if (p[i] == '"') return i;
    if (p[i] == '\\') {
      *escaped = 1;
      i++;
    }
  }
  return n;
}

/// Bytes up to and with the bracket that closes the `depth`-th open one, counted from `p`, which lies outside
/// strings; 0 when there is none in `n`. This finds ends and does not judge: `{}` and `[]` are not told
/// apart, and a backslash outside strings, which no JSON has, hides a quote behind it.
static inline size_t scan_close(const uint8_t *_Nonnull p, size_t n, size_t depth) {
#ifdef SCAN_BLOCKS
  uint64_t in_string = 0, carry = 0;
  for (size_t i = 0; i < n; i += 64) {
    scan_block b = scan_load_at(p, i, n);
    uint64_t quotes = scan_equal(b, '"');
    if (scan_has(b, '\\') || carry) quotes &= ~scan_escaped(scan_equal(b, '\\'), &carry);
    uint64_t strings = scan_prefix_xor(quotes) ^ in_string;
    in_string = (uint64_t)((int64_t)strings >> 63);
    scan_block folded = scan_with_bit(b, 0x20);  // '[' and ']' differ from '{' and '}' in this bit alone
    uint64_t opens = scan_equal(folded, '{') & ~strings;
    uint64_t closes = scan_equal(folded, '}') & ~strings;
    size_t close_count = (size_t)__builtin_popcountll(closes);
    if (close_count < depth) {
      depth += (size_t)__builtin_popcountll(opens) - close_count;
      continue;
    }
    uint64_t counted = 0;
    while (closes) {
      uint64_t before = (closes & -closes) - 1;
      depth += (size_t)__builtin_popcountll(opens & before & ~counted);
      if (--depth == 0) return i + (size_t)__builtin_ctzll(closes) + 1;
      counted = before;
      closes &= closes - 1;
    }
    depth += (size_t)__builtin_popcountll(opens & ~counted);
  }
  return 0;
#else
  for (size_t i = 0; i < n; i++) {
    uint8_t c = p[i];
    if (c == '"') {
      int escaped = 0;
      i += 1 + scan_string(p + i + 1, n - i - 1, &escaped);
    } else if (c == '\\') {
      if (i + 1 < n && (p[i + 1] == '\\' || p[i + 1] == '"')) i++;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return i + 1;
    }
  }
  return 0;
#endif
}

/// Bytes of the JSON object or array whose open bracket is `p[0]`, its close included; 0 when it has no end
/// in `n`.
static inline size_t scan_container(const uint8_t *_Nonnull p, size_t n) {
  size_t length = scan_close(p + 1, n - 1, 1);
  return length ? length + 1 : 0;
}

/// Length of the longest start of [p, p + n) that is ASCII, to the block: the rest may still begin with
/// ASCII.
static inline size_t scan_ascii(const uint8_t *_Nonnull p, size_t n) {
  size_t i = 0;
#ifdef SCAN_BLOCKS
  while (n - i >= 64 && !scan_has_high(scan_load(p + i))) i += 64;
#endif
  while (i < n && p[i] < 0x80) i++;
  return i;
}

static inline uint8_t scan_lowercase(uint8_t c) { return (uint8_t)(c - 'A') < 26 ? c | 0x20 : c; }

/// Whether the `m` bytes at `p` are those of `needle`, which is lower case, when ASCII letters are lowered.
static inline int scan_matches(const uint8_t *_Nonnull p, const uint8_t *_Nonnull needle, size_t m) {
  for (size_t k = 0; k < m; k++) {
    if (scan_lowercase(p[k]) != needle[k]) return 0;
  }
  return 1;
}

/// Offset of the first place in [p, p + n) where `needle` of `m` > 0 bytes stands, ASCII letters of either
/// case alike; `n` when there is none. `needle` is lower case.
static inline size_t scan_find_caseless(
    const uint8_t *_Nonnull p, size_t n, const uint8_t *_Nonnull needle, size_t m) {
  if (m > n) return n;
  size_t last = n - m, i = 0;
#ifdef SCAN_BLOCKS
  // A candidate has the needle's first and last byte at their places; few are left to compare in full.
  // Setting the letter bit lets some other bytes pass ('@' as '`'), which the comparison then refuses.
  uint8_t first = needle[0], end = needle[m - 1];
  uint8_t first_bit = (uint8_t)(first - 'a') < 26 ? 0x20 : 0, end_bit = (uint8_t)(end - 'a') < 26 ? 0x20 : 0;
  while (i <= last && n - i >= m - 1 + 64) {
    uint64_t found = scan_equal(scan_with_bit(scan_load(p + i), first_bit), first);
    if (found) found &= scan_equal(scan_with_bit(scan_load(p + i + m - 1), end_bit), end);
    while (found) {
      size_t at = i + (size_t)__builtin_ctzll(found);
      if (at > last) return n;
      if (scan_matches(p + at, needle, m)) return at;
      found &= found - 1;
    }
    i += 64;
  }
#endif
  for (; i <= last; i++) {
    if (scan_matches(p + i, needle, m)) return i;
  }
  return n;
}

/// Length of the run of ASCII letters, digits, '_' and ':' that [p, p + n) begins with: a metric's name.
static inline size_t scan_name(const uint8_t *_Nonnull p, size_t n) {
  size_t i = 0;
#if defined(__SSE2__) && defined(SCAN_BLOCKS)
  // x <= max, unsigned, is min(x, max) == x. ':' follows '9'.
  const __m128i case_bit = _mm_set1_epi8(0x20), underscore = _mm_set1_epi8('_');
  const __m128i a = _mm_set1_epi8('a'), letters = _mm_set1_epi8(25);
  const __m128i zero = _mm_set1_epi8('0'), digits = _mm_set1_epi8(10);
  while (n - i >= 16) {
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
    __m128i l = _mm_sub_epi8(_mm_or_si128(v, case_bit), a), d = _mm_sub_epi8(v, zero);
    __m128i in = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(l, letters), l),
                              _mm_cmpeq_epi8(_mm_min_epu8(d, digits), d));
    unsigned out = 0xFFFFu & ~(unsigned)_mm_movemask_epi8(_mm_or_si128(in, _mm_cmpeq_epi8(v, underscore)));
    if (out) return i + (size_t)__builtin_ctz(out);
    i += 16;
  }
#elif defined(SCAN_BLOCKS)
  while (n - i >= 16) {
    uint8x16_t v = vld1q_u8(p + i);
    uint8x16_t l = vsubq_u8(vorrq_u8(v, vdupq_n_u8(0x20)), vdupq_n_u8('a'));
    uint8x16_t d = vsubq_u8(v, vdupq_n_u8('0'));
    uint8x16_t in = vorrq_u8(vcleq_u8(l, vdupq_n_u8(25)), vcleq_u8(d, vdupq_n_u8(10)));
    in = vorrq_u8(in, vceqq_u8(v, vdupq_n_u8('_')));
    uint64_t out = ~vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(in), 4)), 0);
    if (out) return i + ((size_t)__builtin_ctzll(out) >> 2);
    i += 16;
  }
#endif
  for (; i < n; i++) {
    uint8_t c = p[i];
    if (!((uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 11 || c == '_')) break;
  }
  return i;
}

/// Offset of the quote that ends a quoted text of one line whose content starts at `p`, or of the newline
/// that comes before it, or `n`. `*escaped` becomes 1 when a backslash stands before it.
static inline size_t scan_quoted_line(const uint8_t *_Nonnull p, size_t n, int *_Nonnull escaped) {
  size_t i = 0;
#if defined(__SSE2__) && defined(SCAN_BLOCKS)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), newline = _mm_set1_epi8('\n');
  while (n - i >= 16) {
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
    __m128i any = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, newline)),
                               _mm_cmpeq_epi8(v, backslash));
    unsigned found = (unsigned)_mm_movemask_epi8(any);
    if (!found) {
      i += 16;
      continue;
    }
    i += (size_t)__builtin_ctz(found);
    if (p[i] != '\\') return i;
    *escaped = 1;
    i += 1;
    if (i < n && p[i] != '\n') i++;
  }
#endif
  for (; i < n; i++) {
    if (p[i] == '"' || p[i] == '\n') return i;
    if (p[i] == '\\') {
      *escaped = 1;
      if (i + 1 < n && p[i + 1] != '\n') i++;
    }
  }
  return n;
}

/// 10 to the power of `e`, of 0 to 22: those that a double holds exactly.
static inline double scan_power_of_ten(ptrdiff_t e) {
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  return powers[e];
}
