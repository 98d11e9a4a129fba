-- Full text, for any client with FTS5 and no extension. FTS5's own tokenizer folds ế to e but never đ to d, and
-- can be told only for the whole table. So the text is indexed twice: as written, where marks count, and folded,
-- where they do not; each word of a query then finds its own twin.

-- What the index holds beyond the article's own text. Title, lead and body are null where the article's text is
-- already in the one tone placement (hòa, not hoà), which most is; so little is kept twice. Captions always stand
-- here: FTS5 reads its content without table functions, so it cannot take them out of their list.
CREATE TABLE search_text (
  article         INTEGER PRIMARY KEY REFERENCES article (id),
  title           TEXT,
  lead            TEXT,
  body            TEXT,
  captions        TEXT,
  filters         TEXT NOT NULL,
  title_folded    TEXT NOT NULL,
  lead_folded     TEXT,
  captions_folded TEXT,
  body_folded     TEXT NOT NULL
) STRICT;

-- The text behind the index, column for column.
CREATE VIEW search_content AS
SELECT s.article AS id,
       coalesce(s.title, v.title) AS title,
       coalesce(s.lead, v.lead) AS lead,
       coalesce(s.body, v.body) AS body,
       s.captions, s.title_folded, s.lead_folded, s.body_folded, s.captions_folded, s.filters
FROM search_text s
JOIN article a ON a.id = s.article
JOIN version v ON v.id = a.version;

CREATE VIRTUAL TABLE searchable USING fts5 (
  title, lead, body, captions, title_folded, lead_folded, body_folded, captions_folded, filters,
  content = 'search_content', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);

-- A word in the title tells most of what an article is about, then the lead, then a caption; filter tokens nothing.
INSERT INTO searchable (searchable, rank) VALUES ('rank', 'bm25(10.0, 5.0, 1.0, 2.0, 10.0, 5.0, 1.0, 2.0, 0.0)');

-- The headlines once more by themselves, for the program's own use: where a word stands in nearly every article, it
-- stands in few headlines, and its list here is short.
CREATE VIRTUAL TABLE search_title USING fts5 (
  title, title_folded,
  content = 'search_content', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);

-- What a transaction adds to an index is a part of its own until parts are merged. Eight at a time instead of four:
-- each word is then written anew half as often while a crawl runs, and there are no more parts to look into.
INSERT INTO searchable (searchable, rank) VALUES ('automerge', 8);
INSERT INTO search_title (search_title, rank) VALUES ('automerge', 8);
