//! Shell completions and man pages, made from the same definitions as `--help`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, CommandFactory};

use super::{Cli, Ending, out::Out};

/// Print completions for a shell
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Print the man page, or write one for each command into a folder
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The folder to write khobao.1, khobao-crawl.1 … into
    folder: Option<PathBuf>,
}

pub(super) fn completions(args: &CompletionsArgs) -> anyhow::Result<Ending> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "khobao", &mut script);
    let mut out = Out::stdout();
    out.write(&script)?;
    out.finish()?;
    Ok(Ending::done())
}

pub(super) fn man(args: &ManArgs) -> anyhow::Result<Ending> {
    let command = Cli::command();
    if let Some(folder) = &args.folder {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        clap_mangen::generate_to(command, folder)
            .with_context(|| format!("cannot write man pages into {}", folder.display()))?;
        return Ok(Ending::done());
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    let mut out = Out::stdout();
    out.write(&page)?;
    out.finish()?;
    Ok(Ending::done())
}
