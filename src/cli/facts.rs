//! The facts on the unit's state that `update` needs. `update` stays root, so a child process that runs as
//! the state's owner collects them.

use super::{Context, Exit, Output, json, privilege, unit};
use crate::{
    binding::BindingFile,
    control::{self, ControlError, PageName, Reply, Request},
    network::ProxyFile,
    store::Store,
};
use cloud_shelf_core::{
    config::{Config, is_proxy_url},
    hours::{Hours, HoursDocument},
    program::{self, ProgramOutput},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Upper bound on the child's output, in bytes: more than opening hours with two years of exceptions.
const MAX_BYTES: usize = 1 << 20;
/// Deadline for the child, which opens a possibly large database and asks the kiosk.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Facts {
    schema: u32,
    /// Whether there is a catalog, which a new version must be able to read
    pub has_catalog: bool,
    /// The opening hours in effect
    hours: Option<HoursDocument>,
    /// The proxy set on the screen
    proxy: Option<String>,
    /// Whether nobody is using the screen
    pub is_free: bool,
}

impl Facts {
    /// Runs the child process. A failure must not keep a unit from its updates: the facts are then the
    /// defaults.
    pub fn ask(context: &Context) -> Self {
        let said = program::run(privilege::again_on(context).arg("facts"), PATIENCE, MAX_BYTES);
        let facts = match said {
            Ok(ProgramOutput { code: Some(0), out, .. }) => {
                serde_json::from_str(&out).map_err(|error| error.to_string())
            }
            Ok(ProgramOutput { code, err, .. }) => Err(format!("{code:?} {}", err.trim())),
            Err(error) => Err(error.to_string()),
        };
        facts.unwrap_or_else(|error| {
            tracing::warn!(error, "the unit's state can't be read");
            Self::default()
        })
    }

    pub fn hours(&self) -> Option<Hours> {
        self.hours.as_ref().and_then(|document| Hours::try_from(document).ok())
    }

    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref().filter(|proxy| is_proxy_url(proxy))
    }
}

pub(super) fn run(context: &Context, output: &mut Output) -> Exit {
    let paths = &context.paths;
    // The caller reports problems with the settings itself
    let config = Config::load(paths.config()).unwrap_or_default();
    let bound = BindingFile::new(paths.binding()).read().ok().flatten();
    let settings = unit::own_settings(&config, context, bound.as_ref().map(|bound| &bound.binding));
    let version = Store::open_read_only(paths).and_then(|reader| reader.catalog_version());
    output.json(&Facts {
        schema: json::SCHEMA,
        has_catalog: version.is_ok_and(|version| version > 0),
        hours: settings.hours.value.as_ref().map(HoursDocument::from),
        proxy: ProxyFile::new(paths.proxy()).read(),
        is_free: is_free(control::request(&paths.control_socket(), &Request::Status)),
    });
    Exit::Ok
}

/// Returns whether nobody is using the screen. The fault card counts as free: nobody shops there, and an
/// update may be the remedy.
fn is_free(answer: Result<Reply, ControlError>) -> bool {
    match answer {
        Ok(Reply::Status(status)) => {
            matches!(status.page, PageName::Attract | PageName::Closed | PageName::Fault)
        }
        Err(ControlError::NotRunning) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_is_free_where_nobody_is_at_it() {
        let on = |page: &str| {
            let text = format!(
                r#"{{"reply":"status","running":true,"page":"{page}","item_id":null,"frames":1,"version":"1",
                "catalog_version":1,"language":"zh","width":1,"height":1,"scroll_px":0,"countdown":0,
                "picture_bytes":0,"picture_bytes_max":0,"cards_waiting":0,"cards":[]}}"#
            );
            is_free(Ok(serde_json::from_str(&text).unwrap()))
        };
        for (page, free) in [
            ("attract", true),
            ("closed", true),
            ("fault", true),
            ("shelf", false),
            ("item", false),
            ("search", false),
            ("setup", false),
            ("service", false),
        ] {
            assert_eq!(on(page), free, "{page}");
        }
        assert!(is_free(Err(ControlError::NotRunning)));
        // A kiosk that does not answer may still be in use
        assert!(!is_free(Err(ControlError::Io(std::io::ErrorKind::TimedOut.into()))));
    }
}
