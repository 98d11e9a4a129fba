//! A search query asked of a real archive: it finds, or is refused with a reason; the database never refuses it.
#![no_main]

use std::sync::LazyLock;

use khobao::archive::search::{Search, SearchError};
use khobao::archive::{Archive, Reader};
use khobao_fuzz::text;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static READER: Reader = Archive::create_or_open(&FOLDER.path().join("kho.db"))
        .and_then(|archive| archive.reader())
        .expect("an archive can be made");
}

static FOLDER: LazyLock<tempfile::TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a folder can be made"));

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    for is_exact in [false, true] {
        let search = Search { exact: is_exact, ..Search::for_query(text) };
        if let Err(SearchError::Archive(error)) = READER.with(|reader| reader.search(&search)) {
            panic!("the archive refuses the query {text:?}: {error}");
        }
    }
});
