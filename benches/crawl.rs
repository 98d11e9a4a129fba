//! What a crawl costs, everything included: fetching, inflating, reading, compressing, recording.
//!
//! `cargo bench --bench crawl` crawls a generated newspaper of 2,000 articles of about 150 kB over 8 loopback hosts
//! without delay, served by another process that makes all pages beforehand, and prints the processor time a page, how
//! busy the cores were, and the memory; then it crawls again, which must ask with conditions only.
//! `KHOBAO_BENCH_ARTICLES=20000` chooses another size.
//!
//! Machines differ, and a shared one differs from minute to minute. So the bench also takes the time that html5ever
//! needs for parsing the same pages alone, right before and right after the first crawl, and prints the crawl's cost
//! as a multiple of it: that number is the one to compare.

// A benchmark fails where it stands, and prints what it finds.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used)]

mod newspaper;

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use newspaper::{Counts, DESIGN, Size, selector_file, serve};

/// The hosts that the articles are spread over.
const HOSTS: usize = 8;
/// Articles where nobody chooses another number.
const ARTICLES: usize = 2_000;
/// Pages that are parsed alone, in each thread.
const PARSED_ALONE: usize = 400;
/// How often the kernel counts a second of processor time, on all common systems.
const TICKS_A_SECOND: f64 = 100.0;

fn main() {
    if std::env::args().any(|argument| argument == "--serve") {
        return be_the_server();
    }
    let articles =
        std::env::var("KHOBAO_BENCH_ARTICLES").ok().and_then(|text| text.parse().ok()).unwrap_or(ARTICLES);
    let mut server = Server::start(articles);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("selectors")).unwrap();
    for number in 0..HOSTS {
        let file = folder.path().join(format!("selectors/mau{number}.toml"));
        std::fs::write(file, selector_file(number, server.port)).unwrap();
    }
    let before = parse_alone();
    let first = crawl(folder.path());
    let parsing = before.midpoint(parse_alone());
    println!("first crawl    {}", first.line(articles));
    println!(
        "               {parsing:.2} ms are parsing alone: {:.2} times that",
        first.a_page(articles) / parsing
    );
    let [requests, _, asked] = server.counts();
    println!("               {requests} requests, {asked} of them for articles");
    let second = crawl(folder.path());
    let [all, conditional, _] = server.counts();
    println!("second crawl   {}", second.line(articles));
    println!("               {} requests, {conditional} of them conditional", all - requests);
}

/// What a crawl took.
struct Cost {
    cpu: Duration,
    wall: Duration,
    peak_kib: u64,
}

impl Cost {
    /// Milliseconds of processor time a page.
    fn a_page(&self, articles: usize) -> f64 {
        self.cpu.as_secs_f64() * 1000.0 / f64::from(u32::try_from(articles).unwrap())
    }

    fn line(&self, articles: usize) -> String {
        let (cpu, wall) = (self.cpu.as_secs_f64(), self.wall.as_secs_f64());
        format!(
            "{:.2} ms of processor time a page ({cpu:.2} s), {wall:.2} s, {:.2} cores busy, at most {:.1} MiB",
            self.a_page(articles),
            cpu / wall,
            f64::from(u32::try_from(self.peak_kib).unwrap()) / 1024.0
        )
    }
}

/// Milliseconds of processor time that parsing takes for such a page, on the mean: with as many threads as a crawl
/// keeps busy, since cores that share what is under them are slower together.
fn parse_alone() -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let ready = Barrier::new(cores);
    let means: Vec<f64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(|| parse_some(&ready))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    means.iter().sum::<f64>() / f64::from(u32::try_from(cores).unwrap())
}

fn parse_some(ready: &Barrier) -> f64 {
    let pages: Vec<String> =
        (1..=PARSED_ALONE).map(|id| newspaper::site::page(id, PARSED_ALONE, DESIGN)).collect();
    ready.wait();
    let before = processor_time("thread-self");
    for page in &pages {
        black_box(scraper::Html::parse_document(page));
    }
    let taken = processor_time("thread-self").saturating_sub(before);
    taken.as_secs_f64() * 1000.0 / f64::from(u32::try_from(PARSED_ALONE).unwrap())
}

/// The processor time that a process or thread has taken so far, as `/proc` tells it.
fn processor_time(of: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{of}/stat")).unwrap_or_default();
    // Behind the name, which may hold anything: fields 14 and 15 are the ticks in user and system mode.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    Duration::from_secs_f64((ticks(11) + ticks(12)) / TICKS_A_SECOND)
}

/// Crawls with the program itself, and reads off the kernel what it took.
fn crawl(folder: &Path) -> Cost {
    let names: Vec<String> = (0..HOSTS).map(|number| format!("mau{number}")).collect();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_khobao"))
        .arg("crawl")
        .args(&names)
        .args(["--selectors", "selectors", "--allow-private", "--no-progress", "--quiet"])
        .current_dir(folder)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut cost = Cost { cpu: Duration::ZERO, wall: Duration::ZERO, peak_kib: 0 };
    while child.try_wait().unwrap().is_none() {
        look(child.id(), &mut cost);
        std::thread::sleep(Duration::from_millis(5));
    }
    cost.wall = start.elapsed();
    cost
}

/// What a process has taken so far, as `/proc` tells it.
fn look(pid: u32, cost: &mut Cost) {
    cost.cpu = cost.cpu.max(processor_time(&pid.to_string()));
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    cost.peak_kib = cost.peak_kib.max(peak.unwrap_or(0));
}

/// The server in its own process.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn start(articles: usize) -> Server {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--serve", &articles.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut server = Server { child, input, output: BufReader::new(output), port: 0 };
        server.port = server.line().parse().unwrap();
        server
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Requests, conditional ones, and those for articles.
    fn counts(&mut self) -> [usize; 3] {
        writeln!(self.input).unwrap();
        let line = self.line();
        let mut numbers = line.split(' ').map(|number| number.parse().unwrap());
        std::array::from_fn(|_| numbers.next().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until the bench goes away, and tells the counts at each line that it sends.
fn be_the_server() {
    let articles = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(ARTICLES);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let counts = Arc::new(Counts::default());
    let port =
        runtime.block_on(serve(Size { articles, hosts: HOSTS, is_made_ahead: true }, Arc::clone(&counts)));
    println!("{port}");
    for _ in std::io::stdin().lock().lines() {
        println!("{}", counts.line());
    }
}
