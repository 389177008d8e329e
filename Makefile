# ClusterTUI. `make demo` and `make test` need nothing but a Swift toolchain: they install the rest.
SHELL := /bin/bash
PREFIX ?= /usr/local
PROGRAM := .build/release/clustertui
SOURCES := Package.swift Sources Tests Benchmarks

.PHONY: demo build test bench format lint screenshots install clean libraries test-tools fuzz sanitize

demo: build
	$(PROGRAM) demo

# The release: static Swift standard library, stripped.
build: libraries
	swift build -c release --product clustertui --static-swift-stdlib -Xlinker -s

# Everything: format, ranks, unit tests, journeys through the real program, real peers.
test: libraries test-tools lint
	swift build --build-tests --explicit-target-dependency-import-check error
	@scripts/run-tests

lint:
	swift format lint --strict --recursive --parallel $(SOURCES)

format:
	swift format --in-place --recursive --parallel $(SOURCES)

# The README's table: this program and kubectl side by side on the demo cluster.
bench: build
	scripts/install bench
	Benchmarks/run

# Random bytes into every parser for SECONDS each, with AddressSanitizer.
SECONDS_EACH ?= 60
fuzz:
	Tests/Fuzz/run $(SECONDS_EACH)

# Tests under ThreadSanitizer; scripts/sanitize address for the other.
sanitize:
	scripts/sanitize thread

# The pictures of the README, from the demo cluster in a real xterm.
screenshots: build
	scripts/install screenshots
	scripts/screenshots screenshots

install: build
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/clustertui

libraries:
	@scripts/install build

test-tools:
	@scripts/install test

clean:
	rm -rf .build
