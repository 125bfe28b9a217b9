# Everything a newcomer types. The first run builds .venv by itself (.ci/venv).

PYTHON ?=
VENV := .venv/bin
# Else each of the processes that a run or a test starts compiles all of Plaza anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-browser check bench faults pictures format clean

run:
	@PYTHON='$(PYTHON)' .ci/venv requirements.txt
	@exec $(VENV)/python -m civic.launcher

test:
	@PYTHON='$(PYTHON)' .ci/venv requirements-dev.txt
	@$(VENV)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-browser:
	@PYTHON='$(PYTHON)' .ci/venv requirements-dev.txt
	@PLAZA_REQUIRE_BROWSER=1 $(VENV)/python -m pytest -m browser $(ARGS)

check:
	@PYTHON='$(PYTHON)' .ci/venv requirements-dev.txt
	@PATH="$(CURDIR)/$(VENV):$$PATH" .ci/check

bench:
	@PYTHON='$(PYTHON)' .ci/venv requirements-dev.txt
	@exec $(VENV)/python -m benchmarks

# Storms on the real stack, one a seed: `make faults SEEDS=10`. Nothing may be lost, doubled or falsely claimed.
SEEDS ?= 1
faults:
	@PYTHON='$(PYTHON)' .ci/venv requirements-dev.txt
	@exec $(VENV)/python -m benchmarks.faults $(SEEDS)

# The pictures of docs/pictures, anew: a town of its own is opened, worked in, photographed and closed.
pictures:
	@PYTHON='$(PYTHON)' .ci/venv requirements-dev.txt
	@$(VENV)/python -m docs.pictures.take

format:
	@PYTHON='$(PYTHON)' .ci/venv requirements-dev.txt
	@$(VENV)/ruff check --fix --quiet .
	@$(VENV)/ruff format --quiet .

# Keeps .data: the town's own memory is removed by hand or not at all.
clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage htmlcov staticfiles
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed .venv and every cache. The data in .data was kept."
