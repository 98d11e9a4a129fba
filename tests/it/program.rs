//! The program as its user runs it: arguments in, exit code and streams out, in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rusqlite::Connection;
use serde_json::Value;

/// A folder for one test, with the program in it.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The run, when it ended with this code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Stdout as JSON, an object a line.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program with these arguments, in the folder, knowing nothing of the machine's settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_khobao"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        finish(self.command(arguments).output().unwrap())
    }

    /// The program with this text on its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        let source = self.file("stdin.txt", input);
        let mut command = self.command(arguments);
        finish(command.stdin(std::fs::File::open(source).unwrap()).output().unwrap())
    }

    /// What a command's `--json` output, line by line, breaks of its own schema.
    #[track_caller]
    pub(crate) fn assert_schema(&self, command: &str, lines: &[Value]) {
        let schema = self.run(&["schema", command]).ends(0).stdout;
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(!lines.is_empty(), "{command} printed nothing");
        for line in lines {
            let faults: Vec<String> = validator.iter_errors(line).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{command}: {faults:?} in {line}");
        }
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The stock `sqlite3` program on an archive: its output, or none where the program is not installed, which is
    /// said on stderr.
    #[track_caller]
    pub(crate) fn sqlite3(archive: &Path, sql: &str) -> Option<String> {
        let output = Command::new("sqlite3").arg("-batch").arg("-readonly").arg(archive).arg(sql).output();
        let Ok(output) = output else {
            eprintln!("NOT TRIED: the program sqlite3 is not installed");
            return None;
        };
        assert!(output.status.success(), "{sql}\n{}", String::from_utf8_lossy(&output.stderr));
        Some(String::from_utf8(output.stdout).unwrap())
    }

    /// The archive `khobao.db`, as any SQLite client opens it.
    pub(crate) fn archive(&self) -> Connection {
        Connection::open(self.path("khobao.db")).unwrap()
    }

    /// The first column of a query on the archive, as text.
    pub(crate) fn column(&self, sql: &str) -> Vec<String> {
        let archive = self.archive();
        let mut statement = archive.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
        rows.map(|value| match value.unwrap() {
            rusqlite::types::Value::Null => "null".to_owned(),
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Real(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Blob(bytes) => format!("{} bytes", bytes.len()),
        })
        .collect()
    }
}

/// What a process that was waited for came to.
pub(crate) fn finish(output: std::process::Output) -> Run {
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
