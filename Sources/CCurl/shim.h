#pragma once
// libcurl's functions behind a table that is filled with dlopen: linking it would load some forty libraries
// before the first frame is drawn. The table also gives Swift what it cannot import: variadic functions,
// one wrapper per argument type.
#include <curl/curl.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>

struct cc_curl {
  __typeof__(&curl_global_init) global_init;
  __typeof__(&curl_easy_init) easy_init;
  __typeof__(&curl_easy_cleanup) easy_cleanup;
  __typeof__(&curl_easy_setopt) easy_setopt;
  __typeof__(&curl_easy_getinfo) easy_getinfo;
  __typeof__(&curl_easy_pause) easy_pause;
  __typeof__(&curl_easy_strerror) easy_strerror;
  __typeof__(&curl_slist_append) slist_append;
  __typeof__(&curl_slist_free_all) slist_free_all;
  __typeof__(&curl_multi_init) multi_init;
  __typeof__(&curl_multi_cleanup) multi_cleanup;
  __typeof__(&curl_multi_setopt) multi_setopt;
  __typeof__(&curl_multi_add_handle) multi_add_handle;
  __typeof__(&curl_multi_remove_handle) multi_remove_handle;
  __typeof__(&curl_multi_socket_action) multi_socket_action;
  __typeof__(&curl_multi_info_read) multi_info_read;
};

// NULL when all is there, else the system's words for what is missing.
static inline const char *_Nullable cc_load(struct cc_curl *_Nonnull c, const char *_Nonnull library) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) return dlerror();
#define CC_FIND(name) \
  if ((*(void **)&c->name = dlsym(handle, "curl_" #name)) == NULL) return "curl_" #name " is missing";
  CC_FIND(global_init)
  CC_FIND(easy_init)
  CC_FIND(easy_cleanup)
  CC_FIND(easy_setopt)
  CC_FIND(easy_getinfo)
  CC_FIND(easy_pause)
  CC_FIND(easy_strerror)
  CC_FIND(slist_append)
  CC_FIND(slist_free_all)
  CC_FIND(multi_init)
  CC_FIND(multi_cleanup)
  CC_FIND(multi_setopt)
  CC_FIND(multi_add_handle)
  CC_FIND(multi_remove_handle)
  CC_FIND(multi_socket_action)
  CC_FIND(multi_info_read)
#undef CC_FIND
  return NULL;
}

typedef const struct cc_curl *_Nonnull cc_api;
typedef CURL *_Nonnull cc_easy;
typedef CURLM *_Nonnull cc_multi;
typedef size_t (*cc_data_fn)(char *_Nonnull, size_t, size_t, void *_Nullable);
typedef int (*cc_sockopt_fn)(void *_Nullable, curl_socket_t, curlsocktype);
typedef int (*cc_prereq_fn)(void *_Nullable, char *_Nullable, char *_Nullable, int, int);
typedef int (*cc_socket_fn)(CURL *_Nullable, curl_socket_t, int, void *_Nullable, void *_Nullable);
typedef int (*cc_timer_fn)(CURLM *_Nullable, long, void *_Nullable);

// CURLOPT_QUICK_EXIT by its number: the headers of libcurl before 7.87 don't know it, and the library
// refuses it.
static const CURLoption cc_quick_exit = (CURLoption)(CURLOPTTYPE_LONG + 322);

static inline CURLcode cc_global_init(cc_api c) { return c->global_init(CURL_GLOBAL_ALL); }

// MARK: easy handles

static inline CURL *_Nullable cc_init(cc_api c) { return c->easy_init(); }
static inline void cc_cleanup(cc_api c, cc_easy h) { c->easy_cleanup(h); }
static inline CURLcode cc_long(cc_api c, cc_easy h, CURLoption o, long v) { return c->easy_setopt(h, o, v); }
static inline CURLcode cc_ptr(cc_api c, cc_easy h, CURLoption o, void *_Nullable v) { return c->easy_setopt(h, o, v); }
static inline CURLcode cc_str(cc_api c, cc_easy h, CURLoption o, const char *_Nullable v) {
  return c->easy_setopt(h, o, v);
}
static inline CURLcode cc_off(cc_api c, cc_easy h, CURLoption o, curl_off_t v) { return c->easy_setopt(h, o, v); }
static inline CURLcode cc_data(cc_api c, cc_easy h, CURLoption o, cc_data_fn _Nullable f) {
  return c->easy_setopt(h, o, f);
}
static inline CURLcode cc_sockopt(cc_api c, cc_easy h, cc_sockopt_fn _Nullable f) {
  return c->easy_setopt(h, CURLOPT_SOCKOPTFUNCTION, f);
}
static inline CURLcode cc_prereq(cc_api c, cc_easy h, cc_prereq_fn _Nullable f) {
  return c->easy_setopt(h, CURLOPT_PREREQFUNCTION, f);
}
// libcurl keeps a copy of the bytes.
static inline CURLcode cc_blob(cc_api c, cc_easy h, CURLoption o, const void *_Nonnull p, size_t n) {
  struct curl_blob b = {(void *)p, n, CURL_BLOB_COPY};
  return c->easy_setopt(h, o, &b);
}
static inline CURLcode cc_get_long(cc_api c, cc_easy h, CURLINFO i, long *_Nonnull v) {
  return c->easy_getinfo(h, i, v);
}
static inline CURLcode cc_get_off(cc_api c, cc_easy h, CURLINFO i, curl_off_t *_Nonnull v) {
  return c->easy_getinfo(h, i, v);
}
static inline CURLcode cc_get_ptr(cc_api c, cc_easy h, CURLINFO i, void *_Nullable *_Nonnull v) {
  return c->easy_getinfo(h, i, v);
}
static inline CURLcode cc_pause(cc_api c, cc_easy h, int bits) { return c->easy_pause(h, bits); }
static inline const char *_Nonnull cc_strerror(cc_api c, CURLcode code) { return c->easy_strerror(code); }
static inline struct curl_slist *_Nullable cc_append(
    cc_api c, struct curl_slist *_Nullable list, const char *_Nonnull text) {
  return c->slist_append(list, text);
}
static inline void cc_free_list(cc_api c, struct curl_slist *_Nullable list) { c->slist_free_all(list); }

// MARK: multi handles

static inline CURLM *_Nullable cm_init(cc_api c) { return c->multi_init(); }
static inline void cm_cleanup(cc_api c, cc_multi m) { c->multi_cleanup(m); }
static inline CURLMcode cm_long(cc_api c, cc_multi m, CURLMoption o, long v) { return c->multi_setopt(m, o, v); }
static inline CURLMcode cm_socket(cc_api c, cc_multi m, cc_socket_fn _Nonnull f, void *_Nullable data) {
  c->multi_setopt(m, CURLMOPT_SOCKETDATA, data);
  return c->multi_setopt(m, CURLMOPT_SOCKETFUNCTION, f);
}
static inline CURLMcode cm_timer(cc_api c, cc_multi m, cc_timer_fn _Nonnull f, void *_Nullable data) {
  c->multi_setopt(m, CURLMOPT_TIMERDATA, data);
  return c->multi_setopt(m, CURLMOPT_TIMERFUNCTION, f);
}
static inline CURLMcode cm_add(cc_api c, cc_multi m, cc_easy h) { return c->multi_add_handle(m, h); }
static inline CURLMcode cm_remove(cc_api c, cc_multi m, cc_easy h) { return c->multi_remove_handle(m, h); }
static inline CURLMcode cm_action(cc_api c, cc_multi m, curl_socket_t s, int events) {
  int running = 0;
  return c->multi_socket_action(m, s, events, &running);
}
// The next finished handle and its result, or NULL.
static inline CURL *_Nullable cm_finished(cc_api c, cc_multi m, CURLcode *_Nonnull result) {
  int left = 0;
  CURLMsg *message;
  while ((message = c->multi_info_read(m, &left)) != NULL) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}
