-- The tables. Their names are singular and are the project's own affair; the views of 0002 are the contract.
--
-- Conventions: moments are UTC text, 2023-05-10T10:45:00Z, so that text order is time order; days are 2023-05-10;
-- lists (authors, tags, blocks …) are JSON; digests are 32 bytes of SHA-256. Wide columns stand last in their row,
-- so that reading the others does not walk their overflow pages.

-- "khob" in ASCII: tells this file from other programs' databases.
PRAGMA application_id = 1802006370;

CREATE TABLE newspaper (
  no            INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,   -- the name of its selector file
  name          TEXT NOT NULL,
  province      TEXT,
  province_2025 TEXT,
  hosts         TEXT NOT NULL,          -- JSON list
  last_visit_at TEXT,
  -- The pace of its server, for a crawl that starts anew.
  touched_at    TEXT,                   -- when its last answer was here, or a request was given up
  held_until    TEXT,                   -- no request before this: its Retry-After, or what backing off came to
  -- The budget of second looks at articles.
  revisit_day   TEXT,                   -- the day (UTC) that `revisits` counts
  revisits      INTEGER NOT NULL DEFAULT 0,
  -- What is known of it, against traps that make addresses without end.
  listings      INTEGER NOT NULL DEFAULT 0,  -- listings, their further pages not counted
  sitemaps      INTEGER NOT NULL DEFAULT 0,
  -- The version up to which the photos of its articles stand in the queue.
  photos_to     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Hosts that belong to no newspaper (photos stand there) and want to be left alone.
CREATE TABLE foreign_host (
  host       TEXT PRIMARY KEY,
  held_until TEXT NOT NULL              -- no request before this, by any crawl
) STRICT;

CREATE TABLE run (
  id           INTEGER PRIMARY KEY,
  command      TEXT NOT NULL,
  started_at   TEXT NOT NULL,
  ended_at     TEXT,
  recorded_at  TEXT,                    -- when its last page was recorded
  -- Counted in the transaction that records a page, so that they are true after a kill too.
  fetched      INTEGER NOT NULL DEFAULT 0,
  unchanged    INTEGER NOT NULL DEFAULT 0,
  new_articles INTEGER NOT NULL DEFAULT 0,
  edited       INTEGER NOT NULL DEFAULT 0,
  failed       INTEGER NOT NULL DEFAULT 0,
  denied       INTEGER NOT NULL DEFAULT 0,
  stopped_by   TEXT,
  report       TEXT                     -- JSON object, by newspaper; none where a kill ended it
) STRICT;

-- What looks alike: the pages of one newspaper and layout ("article epi-2023", "listing", "heads").
CREATE TABLE page_group (
  id         INTEGER PRIMARY KEY,
  newspaper  INTEGER REFERENCES newspaper (no),
  name       TEXT NOT NULL,
  dictionary INTEGER REFERENCES dictionary (id),  -- what new pages are compressed with
  other      INTEGER REFERENCES dictionary (id),  -- what served before pages of another kind came
  pages      INTEGER NOT NULL DEFAULT 0,          -- how many came since `dictionary` was chosen
  mean       INTEGER NOT NULL DEFAULT 0,          -- bytes that a page takes with it, lately
  UNIQUE (newspaper, name)
) STRICT;

-- What compression refers back to: the content of one whole page of the group (or one set of headers). What a row
-- says is never changed, only how it is stored; it stays as long as anything stored refers to it, and its number is
-- not given twice.
CREATE TABLE dictionary (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  page_group INTEGER NOT NULL REFERENCES page_group (id),
  page       INTEGER REFERENCES blob (id),        -- the payload whose content it is; none for headers
  made_at    TEXT NOT NULL,
  sha256     BLOB NOT NULL,                       -- of the content
  size       INTEGER NOT NULL,                    -- of the content
  base       INTEGER REFERENCES dictionary (id),  -- the dictionary it is itself stored with, made before it
  depth      INTEGER NOT NULL,                    -- how many dictionaries it stands on: 0 without a base, 8 at most
  level      INTEGER NOT NULL,                    -- the zstd level it was stored at
  stored     BLOB NOT NULL                        -- zstd of the content
) STRICT;
CREATE INDEX dictionary_group ON dictionary (page_group, page);
CREATE INDEX dictionary_level ON dictionary (page_group, level);
CREATE INDEX dictionary_page ON dictionary (page) WHERE page IS NOT NULL;
CREATE INDEX dictionary_base ON dictionary (base) WHERE base IS NOT NULL;

-- A payload as received (transfer coding removed, content coding kept), once for all captures that brought it.
CREATE TABLE blob (
  id           INTEGER PRIMARY KEY,
  sha256       BLOB NOT NULL UNIQUE,    -- of the payload as received
  size         INTEGER NOT NULL,        -- of the payload as received
  page_group   INTEGER REFERENCES page_group (id),
  -- How `stored` is written: raw (the payload itself), zstd (of the content, with the dictionary where there is
  -- one), dictionary (nothing is stored: the content is that of the dictionary).
  form         TEXT NOT NULL CHECK (form IN ('raw', 'zstd', 'dictionary')),
  dictionary   INTEGER REFERENCES dictionary (id),
  level        INTEGER,                 -- the zstd level that was tried on it; none where nothing makes it smaller
  -- The content is the payload, but where the payload was a deflate stream: then it is what the stream held, and
  -- the stream is made again from it by the notes.
  content_size INTEGER NOT NULL,
  remade       TEXT,                    -- the form of the notes: preflate1; none where content and payload are one
  notes        BLOB,
  stored       BLOB NOT NULL
) STRICT;
CREATE INDEX blob_group ON blob (page_group, level);
CREATE INDEX blob_dictionary ON blob (dictionary) WHERE dictionary IS NOT NULL;

-- The queue and its memory: every address that was ever found.
CREATE TABLE target (
  id              INTEGER PRIMARY KEY,
  newspaper       INTEGER NOT NULL REFERENCES newspaper (no),
  key             TEXT NOT NULL,        -- the same page under other addresses has the same key
  kind            TEXT NOT NULL CHECK (kind IN ('photo', 'listing', 'feed', 'sitemap', 'article')),
  url             TEXT NOT NULL,
  id_in_newspaper TEXT,
  is_start        INTEGER NOT NULL DEFAULT 0,
  depth           INTEGER NOT NULL,     -- the fewest links from a start page; 8 at the least for backfill
  -- The order of a lane: near the start pages first, where the news is; at one depth articles before listings.
  -- Photos (29) follow the article that shows them, in a crawl that fetches photos. Then (31) second looks at articles, within a budget; then backfill (depth 8 and more: old articles, the further
  -- pages of listings). Past fifteen links all is of one rank.
  rank            INTEGER NOT NULL GENERATED ALWAYS AS (
    CASE WHEN kind = 'photo' THEN 29
         WHEN kind = 'article' AND visits > 0 AND failing_since IS NULL THEN 31
         ELSE 4 * min(depth, 15) + 2 * (kind <> 'article') END) VIRTUAL,
  found_on        INTEGER REFERENCES target (id),
  title           TEXT,                 -- as the page it was found on has it
  date            TEXT,                 -- as the page it was found on has it: a hint, not the article's date
  -- Between which days that was published which it holds or leads to, where it can be told: a crawl of other days
  -- leaves it alone.
  from_day        TEXT,
  to_day          TEXT,
  -- The row of pages that it is one of (a listing and its further pages, the sitemaps of months), and which one.
  series          TEXT,
  place           INTEGER,
  first_seen_at   TEXT NOT NULL,
  next_at         TEXT,                 -- when to visit it next; none while it rests for good
  visited_at      TEXT,
  visits          INTEGER NOT NULL DEFAULT 0,
  tries           INTEGER NOT NULL DEFAULT 0,
  quiet_visits    INTEGER NOT NULL DEFAULT 0,
  changed_at      TEXT,
  fate            TEXT,                 -- of the last visit
  reason          TEXT,
  notice          TEXT,                 -- what a limit left out of it, though it could be read
  shows           INTEGER,              -- what tells a listing's set of articles from another; none where it shows none
  barren          INTEGER NOT NULL DEFAULT 0, -- listings in a row, up to this one, that led to no new article; of sitemaps: how many it lies in
  missing         INTEGER NOT NULL DEFAULT 0, -- looks in a row that found it gone; a listing also: empty
  probation       INTEGER NOT NULL DEFAULT 0, -- good visits that a listing owes, since it vanished and came back
  failing_since   TEXT,                 -- the first of the failed visits in a row
  article         INTEGER REFERENCES article (id),
  etag            TEXT,
  last_modified   TEXT,
  last_digest     BLOB,                 -- XXH3 (128 bits) of the last good page, content coding undone
  UNIQUE (newspaper, key)
) STRICT;
CREATE INDEX target_due ON target (newspaper, rank, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX target_url ON target (url);
CREATE INDEX target_failing ON target (failing_since) WHERE failing_since IS NOT NULL;
CREATE INDEX target_start ON target (newspaper) WHERE is_start = 1;
CREATE INDEX target_series ON target (newspaper, series, place) WHERE series IS NOT NULL;
CREATE INDEX target_found ON target (found_on) WHERE found_on IS NOT NULL;
CREATE INDEX target_notice ON target (id) WHERE notice IS NOT NULL;
CREATE INDEX target_article ON target (article) WHERE article IS NOT NULL;

-- One request and its response.
CREATE TABLE capture (
  id               INTEGER PRIMARY KEY,
  run              INTEGER REFERENCES run (id),
  target           INTEGER REFERENCES target (id),     -- none for robots.txt and photos
  newspaper        INTEGER REFERENCES newspaper (no),
  url              TEXT NOT NULL,
  fetched_at       TEXT NOT NULL,                       -- when the request was sent
  status           INTEGER NOT NULL,
  protocol         TEXT NOT NULL,
  remote_address   TEXT,
  content_type     TEXT,
  etag             TEXT,
  last_modified    TEXT,
  blob             INTEGER REFERENCES blob (id),        -- none for an empty payload
  revisit_of       INTEGER REFERENCES capture (id),     -- the capture that brought the same payload first, or that a 304 stands for
  redirected_from  INTEGER REFERENCES capture (id),     -- the exchange whose answer led here
  heads_dictionary INTEGER REFERENCES dictionary (id),
  heads            BLOB NOT NULL                        -- zstd of the JSON list [request headers, response headers]
) STRICT;
CREATE INDEX capture_url ON capture (url, fetched_at);
CREATE INDEX capture_target ON capture (target) WHERE target IS NOT NULL;
CREATE INDEX capture_blob ON capture (blob) WHERE blob IS NOT NULL;
CREATE INDEX capture_heads ON capture (heads_dictionary) WHERE heads_dictionary IS NOT NULL;

CREATE TABLE article (
  id             INTEGER PRIMARY KEY,
  newspaper      INTEGER NOT NULL REFERENCES newspaper (no),
  key            TEXT NOT NULL,
  version        INTEGER REFERENCES version (id) DEFERRABLE INITIALLY DEFERRED, -- the current one
  version_count  INTEGER NOT NULL DEFAULT 0,
  -- Of the current version, again here for the indexes.
  published_at   TEXT,
  event_date     TEXT,
  event_date_end TEXT,
  first_seen_at  TEXT NOT NULL,
  last_seen_at   TEXT NOT NULL,
  gone_at        TEXT,
  UNIQUE (newspaper, key)
) STRICT;
CREATE INDEX article_published ON article (newspaper, published_at);
CREATE INDEX article_day ON article (published_at);
CREATE INDEX article_event ON article (event_date) WHERE event_date IS NOT NULL;
CREATE INDEX article_gone ON article (gone_at) WHERE gone_at IS NOT NULL;

-- An article as it read from some visit on.
CREATE TABLE version (
  id              INTEGER PRIMARY KEY,
  article         INTEGER NOT NULL REFERENCES article (id),
  number          INTEGER NOT NULL,
  capture         INTEGER REFERENCES capture (id),      -- the page it was read from
  captured_at     TEXT NOT NULL,
  reason          TEXT NOT NULL CHECK (reason IN ('first', 'edited', 'reread')),
  text_sha256     BLOB NOT NULL,        -- of title, lead, body and captions, see `about`
  url             TEXT NOT NULL,
  id_in_newspaper TEXT,
  published_at    TEXT,                 -- with the newspaper's offset, or a bare day
  updated_at      TEXT,                 -- likewise
  dateline        TEXT,
  dateline_source TEXT,
  dateline_place  TEXT,
  part_of_day     TEXT,
  event_date      TEXT,
  event_date_end  TEXT,
  date_text       TEXT,
  date_confidence TEXT,
  section         TEXT NOT NULL,        -- JSON list, from the general to its own
  authors         TEXT NOT NULL,        -- JSON list
  tags            TEXT NOT NULL,        -- JSON list
  source_note     TEXT,
  end_mark        INTEGER NOT NULL,
  language        TEXT NOT NULL,
  khobao          TEXT NOT NULL,        -- the version of the program that read it
  layout          TEXT NOT NULL,
  charset         TEXT,                 -- JSON object: the character set declared and used, and what was mended
  origin          TEXT NOT NULL,        -- JSON object: what gave each field
  word_count      INTEGER NOT NULL,
  title           TEXT NOT NULL,
  lead            TEXT,
  captions        TEXT NOT NULL,        -- JSON list of texts
  photos          TEXT NOT NULL,        -- JSON list of [url, index of its caption or null, credit or null]
  blocks          TEXT NOT NULL,        -- JSON list of [kind, first character in body (from 1), length in characters]
  body            TEXT NOT NULL,        -- the blocks, an empty line between them
  UNIQUE (article, number)
) STRICT;
CREATE INDEX version_capture ON version (capture) WHERE capture IS NOT NULL;
CREATE INDEX version_url ON version (url);

-- Some of the smallest hashes of an article's runs of words: articles of two newspapers that share several are
-- compared as reprints. What very many articles share is left out.
CREATE TABLE shingle (
  hash    INTEGER NOT NULL,
  article INTEGER NOT NULL REFERENCES article (id),
  PRIMARY KEY (hash, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX shingle_article ON shingle (article);

-- The same text in two newspapers; each pair once, the smaller id first.
CREATE TABLE reprint (
  article  INTEGER NOT NULL REFERENCES article (id),
  other    INTEGER NOT NULL REFERENCES article (id),
  likeness REAL NOT NULL CHECK (likeness > 0 AND likeness <= 1),
  PRIMARY KEY (article, other),
  CHECK (article < other)
) STRICT, WITHOUT ROWID;
CREATE INDEX reprint_other ON reprint (other);

-- Where a rereading was stopped before its end. It goes on there as long as it would read the same way.
CREATE TABLE reread_stop (
  readers    TEXT PRIMARY KEY,          -- digest of the program's version, the selector files and the newspapers chosen
  place      INTEGER NOT NULL,          -- what stands up to here, by article or negative target, is done
  stopped_at TEXT NOT NULL
) STRICT;

-- When each payload was last read back and held against its digest.
CREATE TABLE fixity (
  blob       INTEGER PRIMARY KEY REFERENCES blob (id),
  checked_at TEXT NOT NULL,
  is_sound   INTEGER NOT NULL
) STRICT;
CREATE INDEX fixity_checked ON fixity (checked_at);

-- Each verification: how much was checked, and where the next slice goes on.
CREATE TABLE verify_run (
  id           INTEGER PRIMARY KEY,
  started_at   TEXT NOT NULL,
  ended_at     TEXT,
  scope        TEXT NOT NULL,
  blobs        INTEGER NOT NULL DEFAULT 0,
  bytes        INTEGER NOT NULL DEFAULT 0,   -- of these, unpacked
  captures     INTEGER NOT NULL DEFAULT 0,   -- whose headers were checked
  versions     INTEGER NOT NULL DEFAULT 0,   -- whose text was checked
  faults       INTEGER NOT NULL DEFAULT 0,
  last_capture INTEGER NOT NULL DEFAULT 0,
  last_version INTEGER NOT NULL DEFAULT 0,
  stopped_by   TEXT
) STRICT;
