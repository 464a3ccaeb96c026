"""How long a search takes with 100,000 projects, beside 100: `make bench`.

Runs on the PostgreSQL of DATABASE_URL, in databases that it makes and drops.
"""

import os
import statistics
import sys
import time

import django

LIMIT = 0.100  # seconds that a search may take, as the project promises
TIMES = 7
QUERIES = [
    *("žiburys", "gandralizdis", "šulinys"),  # one text of 10,000, of 1,000, of 100
    *("biblioteka", "seminaras", "mugė", "2014", "Šiauliai", "fondas", "nėra"),
    *("skaitymo akademija", "seminaras šiauliuose", "jaunimo fondas 2014"),
    "viešųjų bibliotekų patirties sklaidos keliai",
]


def seconds(query):
    """Return how long the results of `query` take, the first page of them, in seconds."""
    from django.contrib.auth.models import AnonymousUser

    from projects.search import Results

    start = time.perf_counter()
    results = Results(query, AnonymousUser())
    len(results)
    results[:20]
    return time.perf_counter() - start


def measured(count):
    """Return the median seconds of each of QUERIES, in a new database with `count` projects."""
    from django.db import connection

    from .content import fill, show_progress

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        fill(count, show_progress(count))
        return {query: statistics.median(seconds(query) for _ in range(TIMES)) for query in QUERIES}
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def main(count):
    """Print a line for each query; return whether each kept to LIMIT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    few, many = measured(100), measured(count)
    for query in QUERIES:
        ratio = many[query] / few[query]
        print(f"{many[query] * 1000:6.0f} ms  {ratio:5.1f} × that of 100 projects  {query}")
    slow = [query for query in QUERIES if many[query] > LIMIT]
    print(f"Slower than {LIMIT * 1000:.0f} ms: {', '.join(slow) or 'none'}")
    return not slow


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if sys.argv[1:] else 100_000))
