//! The archive: opening and refusing, recording, the queue, the views, the index.

mod backup;
mod commands;
mod compact;
mod exports;
mod fixity;
mod imports;
mod index;
mod open;
#[cfg(feature = "parquet")]
mod parquet;
mod queue;
mod record;
mod reprints;
mod resume;
mod saved;
mod search;
mod stock;
mod together;
mod tools;
mod verify;
mod versions;
mod views;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use khobao::archive::{Archive, Lane, NewspaperRow, Recorded, RunId};
use khobao::article::{Article, Block, BlockKind, Charset, Confidence, Dateline, Image, Origin, ReadBy};
use khobao::outcome::{Due, Fate, Outcome};
use khobao::page::{Exchange, body_digest};
use khobao::target::{Link, Target, TargetKind};
use rusqlite::Connection;
use tempfile::TempDir;
use url::Url;

/// An archive in a folder of its own, with one newspaper and a run under way.
struct Bench {
    folder: TempDir,
    archive: Archive,
    run: RunId,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::create_or_open(&folder.path().join("khobao.db")).unwrap();
        archive.sync_newspapers(&[newspaper("baosonla", "Sơn La")]).unwrap();
        let run = archive.begin_run("khobao crawl baosonla", at(0)).unwrap();
        Bench { folder, archive, run }
    }

    /// A connection that knows nothing of khobao: what any program sees.
    fn stock(&self) -> Connection {
        Connection::open(self.archive.path()).unwrap()
    }

    /// Queues an address, takes it as due, and records what became of the visit.
    fn visit(&mut self, target: &Target, outcome: &Outcome, now: DateTime<Utc>) -> Recorded {
        let due = self.due_for(target, now);
        self.archive.record(self.run, &due, outcome, now).unwrap()
    }

    fn due_for(&mut self, target: &Target, now: DateTime<Utc>) -> Due {
        if let Some(due) = self.archive.target(target).unwrap() {
            return due;
        }
        self.archive.seed(&[link(target)], now).unwrap();
        self.archive.target(target).unwrap().unwrap()
    }
}

fn newspaper(id: &str, province: &str) -> NewspaperRow {
    NewspaperRow {
        id: id.to_owned(),
        name: format!("Báo {province}"),
        province: Some(province.to_owned()),
        province_2025: None,
        hosts: vec![format!("{id}.vn"), format!("www.{id}.vn")],
    }
}

/// Minutes after an evening in May.
fn at(minutes: i64) -> DateTime<Utc> {
    "2023-05-12T11:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn target(kind: TargetKind, address: &str) -> Target {
    let id = address.rsplit_once("-post").and_then(|(_, rest)| rest.strip_suffix(".html"));
    Target { newspaper: "baosonla".into(), kind, url: url(address), id_in_newspaper: id.map(str::to_owned) }
}

fn article_target(id: u32) -> Target {
    target(TargetKind::Article, &format!("https://baosonla.vn/xa-hoi/tin-post{id}.html"))
}

fn link(target: &Target) -> Link {
    Link { target: target.clone(), title: None, date: None }
}

fn exchange(address: &Url, status: u16, payload: &[u8], now: DateTime<Utc>) -> Exchange {
    Exchange {
        url: address.clone(),
        requested_at: now,
        request_headers: vec![("accept".into(), "text/html".into()), ("user-agent".into(), "khobao".into())],
        protocol: "HTTP/1.1".into(),
        status,
        response_headers: vec![
            ("content-type".into(), "text/html; charset=utf-8".into()),
            ("etag".into(), format!("\"{}\"", payload.len())),
            ("set-cookie".into(), "a=1".into()),
            ("set-cookie".into(), "b=caf\u{e9}".into()),
        ],
        payload: Bytes::copy_from_slice(payload),
        remote_address: Some("127.0.0.1:443".into()),
    }
}

/// A page that was fetched and read.
fn read(target: &Target, fate: Fate, payload: &[u8], now: DateTime<Utc>) -> Outcome {
    Outcome {
        exchanges: vec![exchange(&target.url, 200, payload, now)],
        body_digest: Some(body_digest(payload)),
        fate,
        next_at: None,
    }
}

fn read_article(target: &Target, article: &Article, now: DateTime<Utc>) -> Outcome {
    let page = format!("<html><title>{}</title>{}</html>", article.title, article.body.len());
    read(target, Fate::Article(Box::new(article.clone())), page.as_bytes(), now)
}

fn failed(what: &str, next_at: Option<DateTime<Utc>>) -> Outcome {
    let fate = Fate::Failed { what: what.to_owned(), retry_after: None };
    Outcome { exchanges: vec![], body_digest: None, fate, next_at }
}

/// An article with something in every field.
fn article(id: u32) -> Article {
    let origin = [("title".to_owned(), Origin::Selector), ("published_at".to_owned(), Origin::JsonLd)];
    Article {
        newspaper: Some("baosonla".into()),
        url: article_target(id).url,
        id_in_newspaper: Some(id.to_string()),
        title: "Mộc Châu khai mạc mùa hái mận năm 2023".into(),
        lead: Some("Hơn 300 hộ trồng mận ở thung lũng Nà Ka mở vườn đón khách.".into()),
        dateline: Some(Dateline {
            text: "SLO - Sáng 12/5".into(),
            source: Some("SLO".into()),
            place: Some("xã Tân Lập".into()),
            part_of_day: Some("sáng".into()),
            date: NaiveDate::from_ymd_opt(2023, 5, 12),
            date_end: None,
            date_text: Some("12/5".into()),
            confidence: Confidence::High,
        }),
        authors: vec!["Lò Thị Hiên".into(), "Quàng Văn Pâng".into()],
        published_at: Some("2023-05-12T15:40:00+07:00".parse().unwrap()),
        updated_at: None,
        section: vec!["Xã hội".into(), "Du lịch".into()],
        tags: vec!["mận hậu".into(), "Mộc Châu".into()],
        body: vec![
            Block::new(
                BlockKind::Paragraph,
                "SLO - Sáng 12/5, tại xã Tân Lập, huyện Mộc Châu khai mạc mùa hái mận.",
            ),
            Block::new(BlockKind::Heading, "Vườn mở cửa đến hết tháng 6"),
            Block::new(BlockKind::Paragraph, "Bà con bản Hoa đón đoàn khách đầu tiên trong tiếng khèn."),
            Block::new(BlockKind::Table, "Xã\tDiện tích (ha)\nTân Lập\t120"),
        ],
        captions: vec!["Du khách hái mận ở thung lũng Nà Ka.".into(), "Mận hậu vào vụ.".into()],
        images: vec![
            Image {
                url: url("https://baosonla.vn/anh/1.jpg"),
                caption: Some(0),
                credit: Some("Lò Hiên".into()),
            },
            Image { url: url("https://baosonla.vn/anh/2.jpg"), caption: Some(0), credit: None },
            Image { url: url("https://baosonla.vn/anh/3.jpg"), caption: Some(1), credit: None },
            Image { url: url("https://baosonla.vn/anh/4.jpg"), caption: None, credit: None },
        ],
        source_note: Some("CTV".into()),
        end_mark: true,
        language: "vi".into(),
        read_by: ReadBy {
            khobao: "0.1.0".into(),
            layout: "baosonla/epi-2023".into(),
            charset: Some(Charset {
                declared: Some("windows-1252".into()),
                used: "UTF-8".into(),
                mended: Some("TCVN3".into()),
            }),
        },
        origin: origin.into_iter().collect(),
    }
}

fn number(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn text(connection: &Connection, sql: &str) -> String {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn lane() -> Lane {
    Lane::of("baosonla")
}
