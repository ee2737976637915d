# The short way to everything; the build itself is CMake's (cmake --preset dev, cmake --workflow --preset
# asan …). Every target first runs scripts/setup, which does nothing when everything is there.

PREFIX ?= /usr/local
EXAMPLE := examples/llama2-chat
JOBS ?= $(shell nproc)

.DEFAULT_GOAL := help
.PHONY: help setup build dev demo test bench lint install clean

help:
	@echo 'make build    the program, at build/pluto'
	@echo 'make demo     runs $(EXAMPLE) on this machine and asks it two questions'
	@echo 'make test     every test; the last line counts them'
	@echo 'make bench    speed and memory, beside peers'
	@echo 'make lint     style and rules only'
	@echo 'make install  to PREFIX ($(PREFIX)); DESTDIR is honoured'
	@echo 'make clean    removes build/ and what npm installed'

setup:
	@scripts/setup

build: setup
	@cmake --preset release >build/release.log 2>&1 || { cat build/release.log; exit 1; }
	@cmake --build --preset release -j $(JOBS)
	@mkdir -p build/lib && cp -a --remove-destination build/release/lib/pluto build/lib/
	@install -m 755 build/release/pluto build/pluto
	@echo 'built build/pluto'

dev: setup
	@cmake --preset dev >build/dev.log 2>&1 || { cat build/dev.log; exit 1; }
	@cmake --build --preset dev -j $(JOBS)

demo:
	@scripts/setup demo
	@$(MAKE) --no-print-directory build
	@echo
	@echo '$$ build/pluto graph $(EXAMPLE)'
	@build/pluto graph $(EXAMPLE)
	@echo
	@echo '$$ build/pluto run $(EXAMPLE)'
	@scripts/demo

test:
	@scripts/setup test
	@$(MAKE) --no-print-directory build dev
	@tests/run.sh

lint: dev
	@scripts/setup lint
	@tests/run.sh lint

bench:
	@scripts/setup test
	@$(MAKE) --no-print-directory build
	@PATH="$$(echo $(CURDIR)/node_modules/node-linux-*/bin):$$PATH" node tests/bench/run.mjs --pluto build/pluto

install: build
	@cmake --install build/release --prefix '$(PREFIX)'

clean:
	rm -rf build node_modules tests/node_modules
