#pragma once
// zlib's functions behind a table that is filled with dlopen: libcurl brings the library along, and nothing needs it
// before somebody opens what is packed.
#include <dlfcn.h>
#include <stddef.h>
#include <zlib.h>

struct cz_zlib {
  __typeof__(&inflateInit2_) inflate_init;
  __typeof__(&inflate) inflate;
  __typeof__(&inflateEnd) inflate_end;
};

// Whether all is there.
static inline int cz_load(struct cz_zlib *_Nonnull z, const char *_Nonnull library) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) return 0;
  *(void **)&z->inflate_init = dlsym(handle, "inflateInit2_");
  *(void **)&z->inflate = dlsym(handle, "inflate");
  *(void **)&z->inflate_end = dlsym(handle, "inflateEnd");
  return z->inflate_init != NULL && z->inflate != NULL && z->inflate_end != NULL;
}

// 16 + 15: a gzip head and the largest window (zlib.h, inflateInit2).
static inline int cz_begin(const struct cz_zlib *_Nonnull z, z_stream *_Nonnull stream) {
  return z->inflate_init(stream, 16 + 15, ZLIB_VERSION, (int)sizeof(z_stream));
}
static inline int cz_inflate(const struct cz_zlib *_Nonnull z, z_stream *_Nonnull stream) {
  return z->inflate(stream, Z_NO_FLUSH);
}
static inline void cz_end(const struct cz_zlib *_Nonnull z, z_stream *_Nonnull stream) { z->inflate_end(stream); }
