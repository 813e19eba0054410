-- Who may do what on PostgreSQL. Run it once as the tables' owner (the user who opened the log first), in psql, inside
-- the schema of the log. The roles cannot log in: grant them to the users that do.
--
-- timeline_reader   web processes that only show: select
-- timeline_writer   imports, `timeline add`: insert and select, nothing else; the head is moved by the owner's function
-- timeline_worker   the scheduler: a writer that also keeps its own notes (leases, attempts), which are not history
-- timeline_eraser   takedowns: a writer that may delete a text, once the log says that it was erased

CREATE ROLE timeline_reader NOLOGIN;
CREATE ROLE timeline_writer NOLOGIN IN ROLE timeline_reader;
CREATE ROLE timeline_worker NOLOGIN IN ROLE timeline_writer;
CREATE ROLE timeline_eraser NOLOGIN IN ROLE timeline_writer;

GRANT SELECT ON alembic_version, events, head, columns, texts, erasures,
    leases, watches, attempts, requests, circuits, counters TO timeline_reader;
GRANT INSERT ON events, columns, texts TO timeline_writer;
GRANT EXECUTE ON FUNCTION log_move_head(bigint, bytea, text) TO timeline_writer;
GRANT INSERT, UPDATE, DELETE ON leases, watches, attempts, requests, circuits, counters TO timeline_worker;
GRANT INSERT ON erasures TO timeline_eraser;
GRANT DELETE ON texts TO timeline_eraser;
