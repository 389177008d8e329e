/// A certificate as TLS secrets of the demo hold it. Its key was thrown away: nothing listens with it.
enum DemoCertificate {
  /// For market.dockside.example and what is below, signed by itself, good until 2066.
  static let market = """
    -----BEGIN CERTIFICATE-----
    MIIB2TCCAX+gAwIBAgIUTxHWXBf1SiC+0IMUvdUC3cTQPgcwCgYIKoZIzj0EAwIw
    IjEgMB4GA1UEAwwXbWFya2V0LmRvY2tzaWRlLmV4YW1wbGUwIBcNMjYxMTIyMDg0
    NzU0WhgPMjA2NjExMTIwODQ3NTRaMCIxIDAeBgNVBAMMF21hcmtldC5kb2Nrc2lk
    ZS5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbUr29yYaYCNlcmTz
    Xi5KBwLfyjRBQjWM0GV880A2F1PQYhJshqSABmbSPgnSHTfv5cvVvAXKqkZ9qqr/
    i2lyq6OBkDCBjTAdBgNVHQ4EFgQUG4SnwOSv9WAB7EVn+Un4rBbq4v0wHwYDVR0j
    BBgwFoAUG4SnwOSv9WAB7EVn+Un4rBbq4v0wPQYDVR0RBDYwNIIXbWFya2V0LmRv
    Y2tzaWRlLmV4YW1wbGWCGSoubWFya2V0LmRvY2tzaWRlLmV4YW1wbGUwDAYDVR0T
    AQH/BAIwADAKBggqhkjOPQQDAgNIADBFAiEA1+FmxXxhpXci1RRYTpj7JyBeCr0x
    KLVfP6lkQBpeFAgCIHQfvGlqytxVjwLqxOcvjeBsv15jsT7MNx7B12Q2h4PQ
    -----END CERTIFICATE-----
    """
}
