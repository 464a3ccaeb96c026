# The commands of this repository. They need make and Python; `make test` installs the rest.

PORT ?= 8000
VERSION ?= 13
PYTHON = .venv/bin/python
PYTEST = $(PYTHON) -m pytest
# Settings for test runs, on a database that leaves no file behind.
TESTING = DJANGO_SETTINGS_MODULE=tests.settings DATABASE_URL=sqlite://:memory:

.DEFAULT_GOAL := help
.PHONY: help run check test debian lighthouse bench soak lock messages clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\): ## /  make \1\t/p' Makefile | expand -t 18

run: ## set the site up, with sample content, and serve it (PORT=8001 changes the port)
	@sh scripts/environment.sh requirements.txt
	@$(PYTHON) -m scripts.run '$(PORT)'

check: ## lint, checks and tests, while working: on SQLite, without a browser
	@sh scripts/environment.sh requirements-dev.txt
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(TESTING) $(PYTHON) manage.py check --fail-level WARNING
	$(TESTING) $(PYTHON) manage.py makemigrations --check --dry-run
	$(TESTING) $(PYTHON) -m scripts.lint_migrations
	$(TESTING) $(PYTEST) -n auto -m "not postgresql and not browser and not deploy"

test: ## everything: check, then deployment, PostgreSQL, the styles, and a browser
	@sh scripts/system_packages.sh
	@$(MAKE) --no-print-directory check
	$(PYTHON) -m tests.postgres -- sh scripts/check_deployment.sh
	$(PYTHON) -m tests.postgres -- $(PYTEST) -n auto -m "not browser and not deploy and not sqlite"
	@sh scripts/node_packages.sh
	sh scripts/own_machine.sh $(PYTHON) -m tests.postgres -- $(PYTEST) -m deploy
	node_modules/.bin/stylelint 'static/css/*.css' 'deploy/nginx/pages/*.css'
	$(TESTING) $(PYTEST) -n auto -m "browser and not speed"
	$(PYTHON) -m tests.postgres -- $(PYTEST) -n auto -m "both_databases and not speed"

debian: ## type deploy/README.md on a new Debian 13, as root (VERSION=12: on a 12), and look at what comes of it
	@sh scripts/environment.sh requirements-dev.txt
	$(PYTHON) -m tests.deploy.debian '$(VERSION)'

lighthouse: ## measure how fast the pages are, on a machine that does nothing else
	@sh scripts/system_packages.sh
	@sh scripts/environment.sh requirements-dev.txt
	@sh scripts/node_packages.sh
	$(TESTING) $(PYTEST) -m speed

bench: ## measure the site under load, the search and the admin, with 100,000 projects too (half an hour)
	@sh scripts/system_packages.sh wrk
	@sh scripts/environment.sh requirements-dev.txt
	sh scripts/own_machine.sh $(PYTHON) -m tests.postgres -- $(PYTHON) -m tests.bench.serving
	$(PYTHON) -m tests.postgres -- $(PYTHON) -m tests.bench.search
	$(PYTHON) -m tests.postgres -- $(PYTHON) -m tests.bench.admin_lists

soak: ## load, faults and attack, on a server as deploy/ makes it: nothing told to be saved is lost (12 minutes)
	@sh scripts/system_packages.sh
	@sh scripts/environment.sh requirements-dev.txt
	sh scripts/own_machine.sh $(PYTHON) -m tests.soak

lock: ## write requirements.lock and requirements-hosts.lock anew, after a change of requirements
	@sh scripts/environment.sh requirements-dev.txt
	for name in requirements requirements-hosts; do \
		$(PYTHON) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
			--no-header --no-annotate --no-emit-index-url --no-emit-trusted-host \
			--no-emit-find-links --output-file $$name.lock $$name.txt || exit 1; \
	done

messages: ## bring the Lithuanian catalogue up to date with the code, and compile it
	@sh scripts/environment.sh requirements-dev.txt
	$(TESTING) $(PYTHON) manage.py makemessages --locale lt --extension html,py,txt,xml \
		--no-obsolete --no-wrap --add-location file --ignore tests --ignore scripts --ignore node_modules \
		--ignore 'templates/admin/*'
	$(TESTING) $(PYTHON) manage.py compilemessages --locale lt --ignore .venv

clean: ## remove what the commands made, but not .env, the database and uploaded files
	rm -rf .venv node_modules .ruff_cache .pytest_cache .hypothesis .coverage static_root tests/browser/screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
