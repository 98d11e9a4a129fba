-- The views that outsiders query. Columns may be added at the end; none is renamed or changes its meaning.

CREATE VIEW newspapers AS
SELECT n.id, n.name, n.province, n.province_2025,
       (SELECT group_concat(value, ', ') FROM json_each(n.hosts)) AS hosts,
       (SELECT count(*) FROM article a WHERE a.newspaper = n.no) AS articles,
       (SELECT min(a.published_at) FROM article a WHERE a.newspaper = n.no) AS first_published,
       (SELECT max(a.published_at) FROM article a WHERE a.newspaper = n.no) AS last_published,
       n.last_visit_at AS last_visit
FROM newspaper n;

CREATE VIEW articles AS
SELECT a.id, n.id AS newspaper, n.province, v.url, v.title, v.lead,
       v.dateline, v.dateline_source, v.dateline_place, v.part_of_day, v.event_date, v.event_date_end,
       v.published_at,
       json_extract(v.section, '$[#-1]') AS section,
       (SELECT group_concat(value, ' / ') FROM json_each(v.section)) AS section_path,
       (SELECT group_concat(value, '; ') FROM json_each(v.authors)) AS authors,
       (SELECT group_concat(value, '; ') FROM json_each(v.tags)) AS tags,
       v.body, v.word_count, json_array_length(v.captions) AS caption_count,
       v.number AS version, a.version_count, a.first_seen_at, a.last_seen_at, a.gone_at
FROM article a
JOIN version v ON v.id = a.version
JOIN newspaper n ON n.no = a.newspaper;

CREATE VIEW paragraphs AS
SELECT a.id AS article_id, b.key + 1 AS ordinal, json_extract(b.value, '$[0]') AS kind,
       substr(v.body, json_extract(b.value, '$[1]'), json_extract(b.value, '$[2]')) AS text
FROM article a
JOIN version v ON v.id = a.version
JOIN json_each(v.blocks) b;

CREATE VIEW captions AS
SELECT a.id AS article_id, c.key + 1 AS ordinal, c.value AS caption,
       (SELECT count(*) FROM json_each(v.photos) p WHERE json_extract(p.value, '$[1]') = c.key) AS photo_count
FROM article a
JOIN version v ON v.id = a.version
JOIN json_each(v.captions) c;

CREATE VIEW photos AS
SELECT a.id AS article_id, p.key + 1 AS ordinal, json_extract(p.value, '$[0]') AS url,
       json_extract(v.captions, '$[' || json_extract(p.value, '$[1]') || ']') AS caption,
       json_extract(p.value, '$[2]') AS credit,
       (SELECT max(c.id) FROM capture c
        WHERE (c.url = json_extract(p.value, '$[0]') OR c.target IN (
                 SELECT t.id FROM target t WHERE t.url = json_extract(p.value, '$[0]') AND t.kind = 'photo'))
          AND c.status = 200 AND c.content_type LIKE 'image/%') AS capture_id
FROM article a
JOIN version v ON v.id = a.version
JOIN json_each(v.photos) p;

CREATE VIEW versions AS
SELECT v.article AS article_id, v.number AS version, v.captured_at, v.title, v.body,
       lower(hex(v.text_sha256)) AS text_sha256, v.reason
FROM version v;

CREATE VIEW captures AS
SELECT c.id, c.url, c.fetched_at, c.status, c.content_type,
       coalesce(b.size, 0) AS size,
       CASE WHEN b.id IS NULL OR c.id <> (SELECT min(f.id) FROM capture f WHERE f.blob = b.id)
            THEN 0 ELSE length(b.stored) + coalesce(length(b.notes), 0)
              + CASE b.form WHEN 'dictionary' THEN coalesce((SELECT length(d.stored) FROM dictionary d
                                                             WHERE d.id = b.dictionary), 0) ELSE 0 END
            END AS stored_size,
       CASE WHEN b.id IS NULL THEN 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
            ELSE lower(hex(b.sha256)) END AS sha256,
       c.etag, c.last_modified, c.run AS run_id
FROM capture c
LEFT JOIN blob b ON b.id = c.blob;

CREATE VIEW runs AS
SELECT id, started_at, ended_at, command, fetched, unchanged, new_articles, edited, failed, denied, stopped_by
FROM run;

CREATE VIEW run_newspapers AS
SELECT r.id AS run_id, json_extract(n.value, '$.newspaper') AS newspaper,
       json_extract(n.value, '$.fetched') AS fetched, json_extract(n.value, '$.unchanged') AS unchanged,
       json_extract(n.value, '$.new_articles') AS new_articles, json_extract(n.value, '$.edited') AS edited,
       json_extract(n.value, '$.failed') + json_extract(n.value, '$.blocked')
         + json_extract(n.value, '$.not_articles') AS failed,
       json_extract(n.value, '$.denied') AS denied, json_extract(n.value, '$.bytes') AS bytes,
       json_extract(n.value, '$.reasons') AS reasons, json_extract(n.value, '$.next_due') AS next_due
FROM run r JOIN json_each(r.report, '$.newspapers') n
WHERE r.report IS NOT NULL;

CREATE VIEW failures AS
SELECT t.url, n.id AS newspaper, t.fate || coalesce(': ' || t.reason, '') AS what,
       t.failing_since AS since, t.tries, t.next_at AS next_try
FROM target t
JOIN newspaper n ON n.no = t.newspaper
WHERE t.failing_since IS NOT NULL
UNION ALL
SELECT t.url, n.id, t.fate || ': ' || t.notice, t.visited_at, 0, t.next_at
FROM target t
JOIN newspaper n ON n.no = t.newspaper
WHERE t.notice IS NOT NULL AND t.failing_since IS NULL;

CREATE VIEW reprints AS
SELECT article AS article_id, other AS other_id, likeness FROM reprint
UNION ALL
SELECT other, article, likeness FROM reprint;
