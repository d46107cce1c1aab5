"""Celery's side of the engine: a task takes an id, and the job row says what is to do."""
