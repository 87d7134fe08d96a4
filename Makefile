# 祥云 Xiangyun: every command of the project. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.ONESHELL:
.SHELLFLAGS := -eu -c
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
UV := 0.13.8
BIN := .venv/bin
CODE := src tests bench conftest.py

# install,run or install,dev: the environment holds exactly what the lock names; nothing is done when it did not change
define install
[ -x $(BIN)/python ] || rm -f .venv/.installed
stamp="$$(cat requirements/*.lock pyproject.toml | cksum) $$(pwd)"
case "$$(cat .venv/.installed 2>/dev/null || true)" in "$(1) $$stamp" | "dev $$stamp") ;; *)
echo "安装依赖 / installing dependencies …"
$(BIN)/python -m pip --version >/dev/null 2>&1 || {
$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更高版本，如 make run PYTHON=python3.11 / Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
$(PYTHON) -m venv --clear .venv
}
$(BIN)/python -m uv --version 2>/dev/null | grep -q ' $(UV)' || $(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV)
export VIRTUAL_ENV="$$(pwd)/.venv"
$(BIN)/python -m uv pip sync -q --require-hashes requirements/$(1).lock
$(BIN)/python -m uv pip install -q --no-deps -e .
echo "$(1) $$stamp" > .venv/.installed
esac
endef

.PHONY: run
run: ## 启动系统（含演示数据） / run everything with demonstration data; Ctrl-C stops it
	@$(call install,run)
	exec $(BIN)/xiangyun serve --demo

.PHONY: develop
develop: ## 安装开发工具 / install the tools for tests and checks
	@$(call install,dev)

.PHONY: test
test: develop ## 运行全部测试；ARGS= 为 pytest 的参数 / run every test; ARGS= goes to pytest
	@exec $(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

.PHONY: check
check: develop ## 检查格式、规则、结构、类型、数据库变更 / format, rules, structure, types, migrations
	@$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/lint-imports
	$(BIN)/mypy
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/none DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -W ignore -m django makemigrations --check --dry-run

.PHONY: bench
bench: develop ## 运行性能测试 / run the benchmarks
	@for program in $$(grep -l __main__ bench/*.py); do echo "== $$program"; $(BIN)/python "$$program"; done

.PHONY: doctor
doctor: ## 检查问题并说明如何处理 / what is wrong with the installation and how to mend it
	@exec $(BIN)/xiangyun doctor

.PHONY: reset
reset: ## 删除全部数据和密钥 / remove all data and keys (asks first)
	@exec $(BIN)/xiangyun reset

.PHONY: lock
lock: develop ## 重新锁定依赖 / lock the dependencies anew
	@$(BIN)/python -m uv pip compile -q --upgrade --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements/run.lock
	$(BIN)/python -m uv pip compile -q --upgrade --generate-hashes --no-annotate --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements/dev.lock

.PHONY: help
help: ## 显示本帮助 / show this help
	@echo "祥云 Xiangyun"
	sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null || sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1  \2/p' Makefile
