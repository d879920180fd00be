-- What an operator's feed published that the current catalog came from; nothing where a table was
-- imported. It is written with the catalog, so that both are old or both are new.
CREATE TABLE publication (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Whom the pointer is for
    subject TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    -- The pointer as it was signed, the keys that it was verified with, the server's tag for it
    pointer BLOB NOT NULL,
    keys TEXT NOT NULL,
    etag TEXT,
    -- The object that lists the items
    document BLOB NOT NULL CHECK (length(document) = 32)
) STRICT;

-- Objects that are what was published and that this program cannot show, and what to do about it.
CREATE TABLE unusable (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    problem TEXT NOT NULL,
    remedy TEXT NOT NULL,
    remedy_en TEXT NOT NULL
) STRICT, WITHOUT ROWID;
