#pragma once
// What Swift cannot import of libcurl: its variadic functions, one wrapper per argument type.
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

typedef size_t (*cc_data_fn)(char *_Nonnull, size_t, size_t, void *_Nullable);
typedef int (*cc_sockopt_fn)(void *_Nullable, curl_socket_t, curlsocktype);
typedef int (*cc_prereq_fn)(void *_Nullable, char *_Nullable, char *_Nullable, int, int);
typedef int (*cc_socket_fn)(CURL *_Nullable, curl_socket_t, int, void *_Nullable, void *_Nullable);
typedef int (*cc_timer_fn)(CURLM *_Nullable, long, void *_Nullable);

static inline CURLcode cc_long(CURL *_Nonnull h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode cc_ptr(CURL *_Nonnull h, CURLoption o, void *_Nullable v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode cc_str(CURL *_Nonnull h, CURLoption o, const char *_Nullable v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode cc_off(CURL *_Nonnull h, CURLoption o, curl_off_t v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode cc_data(CURL *_Nonnull h, CURLoption o, cc_data_fn _Nullable f) { return curl_easy_setopt(h, o, f); }
static inline CURLcode cc_sockopt(CURL *_Nonnull h, cc_sockopt_fn _Nullable f) {
  return curl_easy_setopt(h, CURLOPT_SOCKOPTFUNCTION, f);
}
static inline CURLcode cc_prereq(CURL *_Nonnull h, cc_prereq_fn _Nullable f) {
  return curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, f);
}
// libcurl keeps a copy of the bytes.
static inline CURLcode cc_blob(CURL *_Nonnull h, CURLoption o, const void *_Nonnull p, size_t n) {
  struct curl_blob b = {(void *)p, n, CURL_BLOB_COPY};
  return curl_easy_setopt(h, o, &b);
}
static inline CURLcode cc_get_long(CURL *_Nonnull h, CURLINFO i, long *_Nonnull v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode cc_get_off(CURL *_Nonnull h, CURLINFO i, curl_off_t *_Nonnull v) {
  return curl_easy_getinfo(h, i, v);
}
static inline CURLcode cc_get_ptr(CURL *_Nonnull h, CURLINFO i, void *_Nullable *_Nonnull v) {
  return curl_easy_getinfo(h, i, v);
}
static inline CURLMcode cm_long(CURLM *_Nonnull m, CURLMoption o, long v) { return curl_multi_setopt(m, o, v); }
static inline CURLMcode cm_ptr(CURLM *_Nonnull m, CURLMoption o, void *_Nullable v) { return curl_multi_setopt(m, o, v); }
static inline CURLMcode cm_socket(CURLM *_Nonnull m, cc_socket_fn _Nullable f) {
  return curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, f);
}
static inline CURLMcode cm_timer(CURLM *_Nonnull m, cc_timer_fn _Nullable f) {
  return curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, f);
}
// The result sits in a union.
static inline CURLcode cc_msg_result(const CURLMsg *_Nonnull m) { return m->data.result; }
