-- What a shelf shows, and the pictures it shows it with.

-- The last version given out; apart from `catalog`, because it must grow even where that is lost.
CREATE TABLE counter (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL CHECK (version >= 0)
) STRICT;
INSERT INTO counter (id, version) VALUES (1, 0);

-- The one current catalog.
CREATE TABLE catalog (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL CHECK (version > 0),
    source TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    brand_name TEXT NOT NULL,
    brand_primary INTEGER NOT NULL,
    brand_accent INTEGER NOT NULL,
    brand_logo BLOB CHECK (length(brand_logo) = 32)
) STRICT;

CREATE TABLE category (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE item (
    position INTEGER PRIMARY KEY,
    link TEXT NOT NULL,
    title TEXT NOT NULL,
    price INTEGER,
    sale_price INTEGER,
    selling_points TEXT,
    category INTEGER,
    barcode TEXT,
    listed_from INTEGER,
    listed_until INTEGER
) STRICT;

-- In the order in which they are shown, so that loading is one scan.
CREATE TABLE item_picture (
    position INTEGER PRIMARY KEY,
    item INTEGER NOT NULL,
    object BLOB NOT NULL CHECK (length(object) = 32),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    color INTEGER NOT NULL
) STRICT;

-- Files by the SHA-256 of their bytes. The bytes come last, so that a row's head is read alone.
CREATE TABLE object (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    size INTEGER NOT NULL CHECK (size = length(bytes)),
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE picture (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    color INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rendition (
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    kind INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (sha256, kind)
) STRICT;
