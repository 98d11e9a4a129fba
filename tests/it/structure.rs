//! The house rules of ARCHITECTURE.md, read off the sources: who may name whom, what the core may not touch, and
//! that the map names every module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// The rows of the house, lowest first. A module names only modules of the rows below its own, and, within its
/// own row, only itself and what stands beside it in `SAME_ROW`.
const ROWS: &[&[&str]] = &[
    &["when"],
    &["article", "target"],
    &["page"],
    &["outcome"],
    &["coding", "html", "picture", "text"],
    &["newspaper"],
    &["extract", "discover"],
    &["read"],
    &["draft", "evaluate"],
    &["fetch", "archive"],
    &["export", "import", "reread"],
    &["crawl", "serve"],
    &["demo"],
    &["cli"],
];

/// What a row would allow and the house does not.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("fetch", &["archive", "newspaper", "extract", "discover", "read", "draft", "evaluate"]),
    ("archive", &["fetch", "newspaper", "extract", "discover", "read", "draft", "evaluate"]),
    ("serve", &["fetch", "crawl"]),
    ("export", &["fetch", "newspaper", "extract", "discover", "read", "draft", "evaluate"]),
];

/// Names in code, each with the modules that may use them and the reason for the rule.
const RESERVED: &[(&str, &[&str], &str)] = &[
    (r"\brusqlite(_migration)?::", &["archive"], "nothing but archive knows SQL"),
    (
        r"\b(Html::parse|quick_xml::|feed_rs::)",
        &["html", "extract", "discover", "draft"],
        "nothing else parses HTML or XML",
    ),
    (r"\bscraper::", &["html", "newspaper", "extract", "discover", "draft"], "nothing else knows HTML"),
    (r"\breqwest::", &["fetch"], "nothing but fetch speaks HTTP as a client"),
    (r"\b(e?println!|e?print!|anstream::)", &["cli"], "nothing but cli prints"),
    (r"\b(process::exit|std::env::|env::var)", &["cli"], "nothing but cli exits or reads the environment"),
    (r"\b(Utc::now|Local::now|SystemTime::now|Instant::now)\b", &["cli", "crawl"], "the clock is passed in"),
    (r"\banyhow\b", &["cli"], "the library's errors are typed"),
];

static COMMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\s*//.*$").unwrap());
static CRATE_NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bcrate::\{?([a-z_]+)").unwrap());
static CRATE_GROUP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bcrate::\{([^;]*)\}").unwrap());

/// A source file of the library: its top module and its code without comments and unit tests.
struct Source {
    module: String,
    path: PathBuf,
    code: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let folder = root().join("src");
    let mut paths = Vec::new();
    rust_files(&folder, &mut paths);
    paths.sort();
    assert!(paths.iter().any(|path| path.ends_with("src/lib.rs")), "the sources are where this test looks");
    paths
        .into_iter()
        .filter_map(|path| {
            let below = path.strip_prefix(&folder).unwrap();
            let top = below.components().next().unwrap().as_os_str().to_str().unwrap();
            let module = top.trim_end_matches(".rs").to_owned();
            let is_tests = path.file_stem().is_some_and(|stem| stem == "tests");
            if module == "lib" || module == "main" || is_tests {
                return None;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            Some(Source { module, code: COMMENT.replace_all(code, "").into_owned(), path })
        })
        .collect()
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The modules of the crate that a file names.
fn named(code: &str) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        CRATE_NAME.captures_iter(code).map(|found| found[1].to_owned()).collect();
    for group in CRATE_GROUP.captures_iter(code) {
        let mut depth = 0_i32;
        for part in group[1].split_inclusive(['{', '}', ',']) {
            let word = part.trim_matches(|c: char| !c.is_ascii_lowercase() && c != '_');
            if depth == 0
                && let Some(first) = word.split("::").next().filter(|first| !first.is_empty())
            {
                names.insert(first.to_owned());
            }
            depth += i32::from(part.ends_with('{')) - i32::from(part.ends_with('}'));
        }
    }
    names
}

#[test]
fn a_module_names_only_modules_of_lower_rows() {
    let mut faults = Vec::new();
    for source in sources() {
        let Some(own) = row(&source.module) else {
            faults.push(format!("{} has no row: add the module to the house", source.module));
            continue;
        };
        for name in named(&source.code).into_iter().filter(|name| *name != source.module) {
            let forbidden = FORBIDDEN
                .iter()
                .any(|(module, names)| *module == source.module && names.contains(&name.as_str()));
            match row(&name) {
                Some(other) if other < own && !forbidden => {}
                Some(_) => {
                    faults.push(format!("{}: {} may not name {name}", source.path.display(), source.module));
                }
                None => faults.push(format!("{}: names {name}, which has no row", source.path.display())),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_reserved_to_one_module_stands_in_no_other() {
    let mut faults = Vec::new();
    for (pattern, allowed, reason) in RESERVED {
        let pattern = Regex::new(pattern).unwrap();
        for source in sources().iter().filter(|source| !allowed.contains(&source.module.as_str())) {
            if let Some(found) = pattern.find(&source.code) {
                faults.push(format!("{}: {} ({reason})", source.path.display(), found.as_str()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_pure_core_does_no_io() {
    let core = [
        "when", "article", "target", "page", "outcome", "coding", "html", "picture", "text", "extract",
        "discover", "read",
    ];
    let io = Regex::new(r"\b(std::fs|std::net|std::thread|tokio::|std::process|File::open)").unwrap();
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| core.contains(&source.module.as_str())) {
        if let Some(found) = io.find(&source.code) {
            faults.push(format!("{}: {}", source.path.display(), found.as_str()));
        }
    }
    assert!(faults.is_empty(), "the core is pure:\n{}", faults.join("\n"));
}

#[test]
fn every_file_opens_with_what_lives_there() {
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches"] {
        if root().join(folder).is_dir() {
            rust_files(&root().join(folder), &mut paths);
        }
    }
    let silent: Vec<String> = paths
        .iter()
        .filter(|path| !std::fs::read_to_string(path).unwrap().starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "files without a module comment:\n{}", silent.join("\n"));
}

#[test]
fn the_list_of_modules_is_the_same_in_lib_the_house_and_the_code_map() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared: BTreeSet<String> = Regex::new(r"(?m)^pub mod ([a-z_]+);")
        .unwrap()
        .captures_iter(&lib)
        .map(|found| found[1].to_owned())
        .collect();
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut faults = BTreeMap::new();
    for module in &declared {
        if row(module).is_none() {
            faults.insert(module.clone(), "stands in no row of this test");
        }
        if !map.contains(&format!("src/{module}")) {
            faults.insert(module.clone(), "is missing from the code map in ARCHITECTURE.md");
        }
    }
    let written: BTreeSet<String> = sources().into_iter().map(|source| source.module).collect();
    assert_eq!(declared, written, "lib.rs declares what src/ holds");
    assert!(faults.is_empty(), "{faults:?}");
}
