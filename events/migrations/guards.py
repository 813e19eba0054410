"""The triggers that make the log append-only in the database itself, by dialect and name.

They refuse UPDATE and DELETE (on PostgreSQL TRUNCATE too) of events and price columns, and let the head only grow.
SQLite's INSERT OR REPLACE deletes rows without asking the delete triggers. For the columns and the head it is refused;
for the events a trigger on every insert took a third of the speed of appending, so there it is `verify` that finds it.
Version 0001 of the tables creates these; a later version that changes one keeps them here as they were.
"""

from __future__ import annotations


def _sqlite(name: str, when: str, condition: str, reason: str) -> str:
    test = f" WHEN {condition}" if condition else ""
    return f"CREATE TRIGGER {name} BEFORE {when}{test} BEGIN SELECT RAISE(ABORT, 'append-only log: {reason}'); END"


SQLITE: dict[str, str] = {
    name: _sqlite(name, when, condition, reason)
    for name, when, condition, reason in (
        ("events_no_update", "UPDATE ON events", "", "events cannot be updated"),
        ("events_no_delete", "DELETE ON events", "", "events cannot be deleted"),
        ("columns_no_update", "UPDATE ON columns", "", "price columns cannot be updated"),
        ("columns_no_delete", "DELETE ON columns", "", "price columns cannot be deleted"),
        (
            "columns_no_replace",
            "INSERT ON columns",
            "EXISTS (SELECT 1 FROM columns WHERE digest = NEW.digest)",
            "price columns cannot be replaced",
        ),
        ("head_only_grows", "UPDATE ON head", "NEW.position <= OLD.position", "its head only grows"),
        ("head_no_delete", "DELETE ON head", "", "its head cannot be deleted"),
        ("head_no_replace", "INSERT ON head", "EXISTS (SELECT 1 FROM head)", "its head cannot be replaced"),
    )
}

_REFUSE = """CREATE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = 'append-only log: ' || TG_OP || ' of ' || TG_TABLE_NAME || ' is refused';
END $$"""

_GROWS = """CREATE FUNCTION log_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.position <= OLD.position THEN RAISE EXCEPTION 'append-only log: its head only grows'; END IF;
  RETURN NEW;
END $$"""

POSTGRESQL_FUNCTIONS: tuple[str, ...] = (_REFUSE, _GROWS)

POSTGRESQL: dict[str, str] = {
    name: f"CREATE TRIGGER {name} BEFORE {when} EXECUTE FUNCTION {function}()"
    for name, when, function in (
        ("events_append_only", "UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT", "log_refuse"),
        ("columns_append_only", "UPDATE OR DELETE OR TRUNCATE ON columns FOR EACH STATEMENT", "log_refuse"),
        ("head_no_delete", "DELETE OR TRUNCATE ON head FOR EACH STATEMENT", "log_refuse"),
        ("head_only_grows", "UPDATE ON head FOR EACH ROW", "log_head_grows"),
    )
}
