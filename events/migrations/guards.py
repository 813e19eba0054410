"""The triggers that make the log append-only in the database itself, by dialect and name.

They refuse UPDATE and DELETE (on PostgreSQL TRUNCATE too) of events and price columns, and let the head only grow.
SQLite's INSERT OR REPLACE deletes rows without asking the delete triggers. For the columns and the head it is refused;
for the events a trigger on every insert took a third of the speed of appending, so there it is `verify` that finds it.
Version 0001 of the tables creates the first ones, 0003 those of the texts; a later version that changes one keeps them
here as they were. On PostgreSQL a writer may only insert and select: the head is moved by a function that runs with the
rights of the tables' owner, lets it only stand on the last event, and tells whoever listens.
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

SQLITE_TEXTS: dict[str, str] = {
    name: _sqlite(name, when, condition, reason)
    for name, when, condition, reason in (
        ("texts_no_update", "UPDATE ON texts", "", "texts cannot be updated"),
        (
            "texts_no_silent_delete",
            "DELETE ON texts",
            "NOT EXISTS (SELECT 1 FROM erasures WHERE digest = OLD.digest)",
            "a text goes by an erasure alone",
        ),
        (
            "texts_no_replace",
            "INSERT ON texts",
            "EXISTS (SELECT 1 FROM texts WHERE digest = NEW.digest)",
            "texts cannot be replaced",
        ),
        (
            "texts_no_return",
            "INSERT ON texts",
            "EXISTS (SELECT 1 FROM erasures WHERE digest = NEW.digest)",
            "this text was erased",
        ),
        ("erasures_no_update", "UPDATE ON erasures", "", "erasures cannot be updated"),
        ("erasures_no_delete", "DELETE ON erasures", "", "erasures cannot be deleted"),
        (
            "erasures_no_replace",
            "INSERT ON erasures",
            "EXISTS (SELECT 1 FROM erasures WHERE digest = NEW.digest)",
            "erasures cannot be replaced",
        ),
    )
}

_FUNCTION = "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"

# What a trigger's function does, by its name.
_BODIES = {
    "log_refuse": """
BEGIN
  RAISE EXCEPTION USING MESSAGE = 'append-only log: ' || TG_OP || ' of ' || TG_TABLE_NAME || ' is refused';
END """,
    "log_head_grows": """
BEGIN
  IF NEW.position <= OLD.position THEN RAISE EXCEPTION 'append-only log: its head only grows'; END IF;
  RETURN NEW;
END """,
    "log_text_leaves": """
BEGIN
  IF NOT EXISTS (SELECT 1 FROM erasures WHERE erasures.digest = OLD.digest) THEN
    RAISE EXCEPTION 'append-only log: a text goes by an erasure alone';
  END IF;
  RETURN OLD;
END """,
    "log_text_returns": """
BEGIN
  IF EXISTS (SELECT 1 FROM erasures WHERE erasures.digest = NEW.digest) THEN
    RAISE EXCEPTION 'append-only log: this text was erased';
  END IF;
  RETURN NEW;
END """,
}

_LOG = ("log_refuse", "log_head_grows")
_TEXTS = ("log_text_leaves", "log_text_returns")

POSTGRESQL_FUNCTIONS, POSTGRESQL_TEXTS_FUNCTIONS = (
    tuple(_FUNCTION.format(name=name, body=_BODIES[name]) for name in names) for names in (_LOG, _TEXTS)
)

# {schema} is the one that the tables are in: with the owner's rights nothing may be looked up elsewhere.
POSTGRESQL_MOVE_HEAD = """CREATE FUNCTION log_move_head(place bigint, digest bytea, at text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM events WHERE events.position = place AND events.hash = digest)
     OR EXISTS (SELECT 1 FROM events WHERE events.position > place) THEN
    RAISE EXCEPTION 'append-only log: its head is its last event';
  END IF;
  UPDATE head SET position = place, hash = digest, recorded = at;
  PERFORM pg_notify('market_timeline', place::text);
END $$"""

_ALL = "UPDATE OR DELETE OR TRUNCATE"
# Name, when, the table, for each row or statement, the function, and the same as PostgreSQL's catalogue counts it.
_TRIGGERS = (
    ("events_append_only", _ALL, "events", "STATEMENT", "log_refuse", 58),
    ("columns_append_only", _ALL, "columns", "STATEMENT", "log_refuse", 58),
    ("head_no_delete", "DELETE OR TRUNCATE", "head", "STATEMENT", "log_refuse", 42),
    ("head_only_grows", "UPDATE", "head", "ROW", "log_head_grows", 19),
)
_TEXT_TRIGGERS = (
    ("texts_append_only", "UPDATE OR TRUNCATE", "texts", "STATEMENT", "log_refuse", 50),
    ("texts_no_silent_delete", "DELETE", "texts", "ROW", "log_text_leaves", 11),
    ("texts_no_return", "INSERT", "texts", "ROW", "log_text_returns", 7),
    ("erasures_append_only", _ALL, "erasures", "STATEMENT", "log_refuse", 58),
)

POSTGRESQL, POSTGRESQL_TEXTS = (
    {
        name: f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
        for name, when, table, each, function, _ in triggers
    }
    for triggers in (_TRIGGERS, _TEXT_TRIGGERS)
)

# As the catalogue shows each trigger: its table, its kind, and what its function does.
POSTGRESQL_SEEN: dict[str, str] = {
    name: f"{table} {kind} {_BODIES[function]}" for name, _, table, _, function, kind in (*_TRIGGERS, *_TEXT_TRIGGERS)
}
