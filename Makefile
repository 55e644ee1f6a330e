# The few commands of Fleetdesk. Needs make, Python 3.11 or newer and its venv module; nothing else.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
RUN := .venv/bin/python

# The address of this machine in its network; phones that scan a code must reach it. Sends nothing.
LAN = $(shell $(PYTHON) -c "import socket as s; c = s.socket(s.AF_INET, s.SOCK_DGRAM); c.connect(('192.0.2.1', 9)); print(c.getsockname()[0])" 2>/dev/null || echo 127.0.0.1)
PUBLIC_URL ?= http://$(if $(filter 0.0.0.0,$(HOST)),$(LAN),$(HOST)):$(PORT)

.PHONY: help run free-port test rigs lock messages screenshots

help:
	@echo "make run          try Fleetdesk with demo data at http://127.0.0.1:$(PORT)  (PORT=9000, HOST=0.0.0.0 for phones)"
	@echo "make test         everything that CI runs"
	@echo "make rigs         measure how fast it is, and for twenty minutes whether it stays well (needs PostgreSQL's programs)"
	@echo "make lock         lock requirements.in and requirements-dev.in again"
	@echo "make messages     collect and compile the translations (needs gettext)"
	@echo "make screenshots  make the pictures of the README from the real product (needs Chromium)"

.venv/bin/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
		{ echo "Fleetdesk needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "The venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/runtime.stamp: requirements.txt | .venv/bin/python
	@echo "Installing what Fleetdesk needs (once, about half a minute) ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/runtime.stamp
	@echo "Installing what tests and checks need ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

free-port: | .venv/bin/python
	@$(RUN) -c "import socket as s; c = s.socket(); c.setsockopt(s.SOL_SOCKET, s.SO_REUSEADDR, 1); c.bind(('$(HOST)', $(PORT)))" 2>/dev/null || \
		{ echo "Fleetdesk cannot listen on $(HOST):$(PORT); perhaps it is taken. Choose another port: make run PORT=8001"; exit 1; }

run: export DEBUG = 0
run: export FLEETDESK_DEMO = 1
run: export PUBLIC_URL := $(PUBLIC_URL)
run: free-port .venv/runtime.stamp
	@$(RUN) manage.py migrate --verbosity 0
	@$(RUN) manage.py collectstatic --noinput --verbosity 0
	@$(RUN) manage.py demo
	@echo
	@echo "Fleetdesk runs at $$PUBLIC_URL  (stop with Ctrl+C)"
	@exec $(RUN) manage.py serve --host $(HOST) --port $(PORT)

test: .venv/dev.stamp
	@$(RUN) tests/run.py

rigs: .venv/dev.stamp
	@$(RUN) tests/rigs/load.py
	@$(RUN) tests/rigs/live.py
	@$(RUN) tests/rigs/lists.py
	@$(RUN) tests/rigs/soak.py
	@$(RUN) tests/rigs/deliveries.py

lock: .venv/dev.stamp
	@.venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" requirements.in -o requirements.txt
	@.venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

messages: .venv/dev.stamp
	@$(RUN) manage.py makemessages --locale de --locale fr --no-location --no-wrap --ignore ".venv/*" --ignore "tests/*" --ignore "var/*"
	@$(RUN) manage.py compilemessages --verbosity 0 --locale de --locale fr

screenshots: .venv/dev.stamp
	@$(RUN) tests/browser/screenshots.py
