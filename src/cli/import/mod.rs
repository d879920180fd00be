//! `cloud-shelfctl import`: a merchant's table into this unit.

mod args;
mod report;
#[cfg(test)]
mod tests;

pub use args::ImportArgs;

use super::{Context, Exit};
use crate::{
    domain::Message,
    import::{self, ImportError, ImportOptions, ImportReport, Progress},
    store::{OpenOptions, Store, StoreError},
    table::{self, Table, TableError},
    transport,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

/// Runs the verb: the report on stdout, progress and errors on stderr.
pub fn run(args: &ImportArgs, context: &Context) -> Exit {
    let (exit, text) = outcome(args, context);
    // A reader that went away has seen what it wanted.
    let _ = io::stdout().lock().write_all(text.as_bytes());
    exit
}

/// Why there is no report of an import.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the file cannot be read")]
    Source { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Import(#[from] ImportError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Import(error.into())
    }
}

/// The exit code, and what stands on stdout.
fn outcome(args: &ImportArgs, context: &Context) -> (Exit, String) {
    match work(args, context) {
        Ok(report) => {
            let exit = if report.problems.is_empty() { Exit::Ok } else { Exit::Partial };
            (exit, report::done(&report, context))
        }
        Err(failure) => {
            if !context.json {
                eprintln!("{}", failure.message().get(context.lang));
            }
            (failure.exit(), report::failed(&failure, context))
        }
    }
}

fn work(args: &ImportArgs, context: &Context) -> Result<ImportReport, Failure> {
    // The table first: a unit that has no state yet gets none for a file that is no table.
    let Table { items, problems } = read_table(&args.path)?;
    let opened = Store::open_with(&context.paths, &OpenOptions::default())?;
    if let Some(aside) = &opened.set_aside {
        let note = Message::new(
            format!("原有数据文件已损坏，已另存为 {}，现在重新开始。", aside.display()),
            format!("The database was damaged. It is now {}, and the shelf starts afresh.", aside.display()),
        );
        eprintln!("{}", note.get(context.lang));
    }
    let mut store = opened.store;
    let options = ImportOptions {
        brand: args.brand_change(),
        fetch: transport::Options {
            allow_private: args.allow_private_addresses,
            ..transport::Options::default()
        },
        ..ImportOptions::default()
    };
    let bar = progress_bar(context);
    let mut progress = |Progress { done, total }: Progress| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let table = Table { items, problems };
    let result = import::import(table, &args.picture_dir(), &mut store, &options, &mut progress);
    bar.finish_and_clear();
    Ok(result?)
}

fn read_table(path: &Path) -> Result<Table, Failure> {
    let source = |cause| Failure::Source { path: path.into(), cause };
    // One byte more than is taken tells a file that is too large.
    let cap = table::MAX_FILE_BYTES + 1;
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(cap).read_to_end(&mut bytes).map_err(source)?;
    } else {
        File::open(path).and_then(|file| file.take(cap).read_to_end(&mut bytes)).map_err(source)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(table::read(&name, &bytes)?)
}

fn progress_bar(context: &Context) -> ProgressBar {
    if context.json || !io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let what = Message::fixed("图片", "pictures");
    let template = format!("{} {{bar:40}} {{pos}}/{{len}}", what.get(context.lang));
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

impl Failure {
    /// A short name for reports that programs read.
    fn code(&self) -> &'static str {
        match self {
            Self::Source { .. } => "source_unreadable",
            Self::Table(error) => error.code(),
            Self::Import(ImportError::NoItems { .. }) => "no_items",
            Self::Import(ImportError::Logo(fault)) => fault.code(),
            Self::Import(ImportError::Store(StoreError::Busy { .. })) => "store_busy",
            Self::Import(ImportError::Store(_)) => "store_failed",
        }
    }

    fn message(&self) -> Message {
        match self {
            Self::Source { path, cause } => Message::new(
                format!("无法读取 {}（{cause}）。请检查路径、U 盘和权限。", path.display()),
                format!(
                    "{} cannot be read ({cause}). Check the path, the drive and the permissions.",
                    path.display()
                ),
            ),
            Self::Table(error) => error.message(),
            Self::Import(error) => error.message(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            // Another path is needed, not another try.
            Self::Source { cause, .. } if cause.kind() == io::ErrorKind::NotFound => Exit::Usage,
            Self::Import(ImportError::Store(error)) if error.retry_helps() => Exit::Unavailable,
            Self::Table(_) => Exit::Refused,
            _ => Exit::Failed,
        }
    }
}
