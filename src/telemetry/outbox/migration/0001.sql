-- Events that wait to be reported, and how far this unit is with its operator.

-- One row. `recorded` is all that came; of it, what does not wait is `sent` or `lost`.
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Whose events these are: store, device and key
    subject TEXT NOT NULL,
    recorded INTEGER NOT NULL CHECK (recorded >= 0),
    sent INTEGER NOT NULL CHECK (sent >= 0),
    lost INTEGER NOT NULL CHECK (lost >= 0),
    activation TEXT NOT NULL,
    activation_reason TEXT NOT NULL,
    words_zh TEXT NOT NULL,
    words_en TEXT NOT NULL,
    -- Unix times in seconds
    activation_at INTEGER,
    last_report INTEGER,
    -- Why the last report did not get through; empty where it did
    problem TEXT NOT NULL
) STRICT;
INSERT INTO state VALUES (1, '', 0, 0, 0, 'none', '', '', '', NULL, NULL, '');

-- In the order in which they happened; `at` is a quarter of an hour.
CREATE TABLE single (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    at INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0)
) STRICT;

-- Folded: a day's events of one kind about one thing. `day` is the Unix time of its beginning (UTC).
CREATE TABLE daily (
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (day, kind, about)
) STRICT, WITHOUT ROWID;

-- The one batch under way; it stays as it is until it is acknowledged or refused.
CREATE TABLE batch (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name BLOB NOT NULL CHECK (length(name) = 16)
) STRICT;

-- Its entries. A single event has no count, and its `at` is a quarter of an hour; else it is a day.
CREATE TABLE outgoing (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    at INTEGER NOT NULL,
    count INTEGER CHECK (count > 0),
    amount INTEGER NOT NULL CHECK (amount >= 0)
) STRICT;
