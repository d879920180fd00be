//! `cloud-shelfctl import`: imports a merchant's table, or a bundle of the feed, into this unit.

mod args;
mod bundle;
mod failure;
mod inputs;
pub(super) mod pictures;
pub(super) mod report;
#[cfg(test)]
mod tests;

pub use args::ImportArgs;

use super::{Context, Exit, Output, attempts, privilege, progress::progress_bar};
use crate::{
    import::{self, ImportError, ImportOptions, ImportReport, Pictures, Progress},
    store::{OpenOptions, Store},
};
use cloud_shelf_core::{
    config::{self, Config},
    domain::Message,
    table, transport,
};
use failure::Failure;
use inputs::Inputs;

/// Runs the verb: the report on stdout, progress and errors on stderr.
pub fn run(args: &ImportArgs, context: &Context, output: &mut Output) -> Exit {
    let state = context.paths.state_dir();
    let named = [Some(&args.path), args.pictures.as_ref(), args.logo.as_ref()];
    if let Err(error) = privilege::become_owner_for(named.into_iter().flatten().map(|path| &**path), state) {
        output.tell(&error.message());
        return Exit::Failed;
    }
    let result = match Inputs::read(args, context) {
        // From here on nothing uses the caller's rights, in case they are root's
        Ok(inputs) => match (privilege::become_owner(state), inputs) {
            (Err(error), _) => {
                output.tell(&error.message());
                return Exit::Failed;
            }
            (Ok(()), Inputs::Bundle(file)) => return bundle::run(&args.path, file, context, output),
            (Ok(()), Inputs::Table { bytes, logo, pictures }) => {
                work(args, &bytes, logo, &*pictures, context, output)
            }
        },
        Err(failure) => Err(failure),
    };
    match &result {
        Ok(report) if context.json => output.json(&report::Done::new(report)),
        Ok(report) => report::text(report, context.lang).iter().for_each(|line| output.line(line)),
        Err(failure) => {
            if context.json {
                output.json(&report::Failed::new(failure));
            } else {
                report::lines(failure.problems(), context.lang).iter().for_each(|line| output.line(line));
            }
            output.tell(&failure.message());
        }
    }
    exit(&result)
}

fn exit(result: &Result<ImportReport, Failure>) -> Exit {
    match result {
        Ok(report) if report.problems.is_empty() => Exit::Ok,
        Ok(_) => Exit::Partial,
        Err(Failure::Import(ImportError::Store(error))) if error.retry_helps() => Exit::Unavailable,
        Err(Failure::Table(_)) => Exit::Refused,
        Err(_) => Exit::Failed,
    }
}

fn work(
    args: &ImportArgs,
    bytes: &[u8],
    logo: Option<Vec<u8>>,
    pictures: &dyn Pictures,
    context: &Context,
    output: &Output,
) -> Result<ImportReport, Failure> {
    // Read the table first: a file that is not a table must not create a state directory.
    let name = args.path.file_name().unwrap_or_default().to_string_lossy();
    let table = table::read(&name, bytes).map_err(Failure::Table)?;
    let opened = Store::open_with(&context.paths, &OpenOptions::default());
    let opened = opened.map_err(|error| Failure::Import(error.into()))?;
    if let Some(aside) = &opened.set_aside {
        output.tell(&Message::new(
            format!("原有数据文件已损坏，已另存为 {}，现在重新开始", aside.display()),
            format!("The database was damaged. It is now {}, and the shelf starts afresh", aside.display()),
        ));
    }
    let mut store = opened.store;
    attempts::note(context);
    let options = ImportOptions {
        brand: args.brand_change(logo),
        fetch: transport::FetchOptions {
            allow_private: args.allow_private_addresses || settings(context, output).allow_private_addresses,
            ..transport::FetchOptions::default()
        },
        ..ImportOptions::default()
    };
    let bar = progress_bar(context);
    let mut progress = |Progress { done, total }: Progress| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let result = import::import(table, pictures, &mut store, &options, &mut progress);
    bar.finish_and_clear();
    result.map_err(Failure::Import)
}

/// Returns the import settings; the defaults, with a message, if the settings file has a mistake.
fn settings(context: &Context, output: &Output) -> config::ImportConfig {
    match Config::load(context.paths.config()) {
        Ok(config) => config.import,
        Err(error) => {
            output.tell(&Message::new(
                format!("设置文件有误，未使用：{error}"),
                format!("The settings file is ignored: {error}"),
            ));
            config::ImportConfig::default()
        }
    }
}
