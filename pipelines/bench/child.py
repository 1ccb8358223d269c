"""A job in a process of its own: python -m pipelines.bench.child NAME JSON -> one JSON object."""

import json
import sys

from pipelines.bench import history_jobs, jobs, rivals

OF_A_FILE = (jobs.bare, jobs.whole_load, jobs.derived, jobs.rebuild, jobs.pages)
OF_ENGINES = (jobs.in_duckdb, jobs.in_polars, jobs.in_pandas)
OF_A_HISTORY = (
    history_jobs.page_times,
    history_jobs.users,
    history_jobs.drill,
    history_jobs.persons,
    history_jobs.clue_rules,
    history_jobs.half_year_report,
    history_jobs.disk,
)
JOBS = {job.__name__: job for job in (*OF_A_FILE, *OF_ENGINES, *OF_A_HISTORY)}
JOBS |= {"answers_" + job.__name__: job for job in rivals.ENGINES}

if __name__ == "__main__":
    result = JOBS[sys.argv[1]](**json.loads(sys.argv[2]))
    print(json.dumps({"result": result, "peak_mb": jobs.peak_megabytes()}))
