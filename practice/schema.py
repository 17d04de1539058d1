"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

from practice.schema_first import FIRST

SCALE = (
    # Without these a page reads everybody's rows to find one person's: docs/decisions/0016
    "m011_scale",
    """
CREATE INDEX attempts_first_turns ON attempts(scenario, person) WHERE after IS NULL;
CREATE INDEX attempts_by_recording ON attempts(recording) WHERE recording IS NOT NULL;
CREATE INDEX attempts_by_retry ON attempts(retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX audit_log_by_look ON audit_log(actor, action, subject, owner, id);
CREATE INDEX reviews_waiting ON reviews(changed_at) WHERE state = 'submitted';
CREATE INDEX cohort_people_by_person ON cohort_people(person, part);
CREATE INDEX supervision_by_supervisor ON supervision(supervisor, trainee);
CREATE INDEX assignment_people_by_person ON assignment_people(person);
    """,
)
SCHEMA: tuple[tuple[str, str], ...] = (*FIRST, SCALE)
