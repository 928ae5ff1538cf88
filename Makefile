# Học Số. `make` alone lists what can be asked; the work itself is in wsgi.py and in the scripts of .ci/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run demo test test-all install lint format bench messages clean
PY := .venv/bin/python

help: ## Hiện danh sách này
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r name words; do printf '  make %-10s %s\n' "$$name" "$$words"; done

run: ## Chạy Học Số ở http://127.0.0.1:8000 (lần đầu tải 157 MB, cần 600 MB trống)
	@bash .ci/python core
	@exec $(PY) wsgi.py serve

demo: ## Chạy với một xã mẫu có sẵn lớp, người học, câu hỏi (dữ liệu ở instance/demo)
	@bash .ci/python core
	@exec $(PY) wsgi.py demo

# CI needs all of it; on somebody's own machine nothing of gigabytes is fetched without being asked for.
test: ## Chạy mọi kiểm thử (mô hình chỉ khi lấy được bản nhẹ)
	@bash .ci/system $(if $(filter true,$(CI)),compiler) chromium font postgres java
	@bash .ci/python core dev
	@bash .ci/models --light
	@bash .ci/test

test-all: ## Cài cả mô hình (có thể vài GB) rồi chạy mọi kiểm thử
	@bash .ci/system compiler chromium font postgres java
	@$(MAKE) --no-print-directory install
	@HOCSO_TEST_ALL=true bash .ci/test

install: ## Cài toàn bộ thư viện: bản gọn, kiểm thử, mô hình (có thể vài GB)
	@bash .ci/python core dev
	@bash .ci/models

lint: ## Soát mã bằng ruff, import-linter, mypy và cỡ tệp (không sửa)
	@bash .ci/python core dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@PYTHONPATH=platform:. .venv/bin/lint-imports
	@$(PY) -m mypy
	@$(PY) -m pytest -q -p no:cacheprovider tests/house/test_sizes.py tests/house/test_architecture.py

format: ## Sửa cách trình bày mã bằng ruff
	@bash .ci/python core dev
	@$(PY) -m ruff check --fix --select I .
	@$(PY) -m ruff format .

bench: ## Đo độ nặng của trang, tốc độ máy chủ và trợ lý (mất vài phút)
	@bash .ci/python core dev
	@$(PY) -m benchmarks

messages: ## Gom chữ trên màn hình vào các tệp dịch ở i18n/catalogues
	@bash .ci/python core
	@$(PY) -m i18n.messages extract
	@$(PY) -m i18n.messages update

clean: ## Xóa .venv và tệp tạm; dữ liệu trong instance/ được giữ
	@rm -rf .venv .venv.lock build dist .pytest_cache .ruff_cache .hypothesis .mypy_cache .import_linter_cache .grimp_cache
	@find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
