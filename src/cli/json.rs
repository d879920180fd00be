//! JSON shapes that several reports share. They are a contract: fields may be added, never changed.

use cloud_shelf_core::domain::Message;
use serde::Serialize;

/// Schema version of all reports.
pub(super) const SCHEMA: u32 = 1;

/// A problem's code and remedy.
#[derive(Debug, Serialize)]
pub(super) struct Remedy {
    pub problem: &'static str,
    /// In Chinese, regardless of `--lang`
    pub remedy: String,
    pub remedy_en: String,
}

impl Remedy {
    pub fn new(problem: &'static str, message: &Message) -> Self {
        Self { problem, remedy: message.zh.clone().into_owned(), remedy_en: message.en.clone().into_owned() }
    }
}

/// A binding in any report.
#[derive(Debug, Serialize)]
pub(super) struct Binding {
    pub brand: String,
    pub store_id: String,
    pub device_id: String,
    pub warnings: Vec<String>,
    pub warnings_en: Vec<String>,
}

impl Binding {
    pub fn new(binding: &cloud_shelf_core::domain::Binding, warnings: &[Message]) -> Self {
        Self {
            brand: binding.brand.clone(),
            store_id: binding.store.as_str().to_owned(),
            device_id: binding.device.as_str().to_owned(),
            warnings: warnings.iter().map(|w| w.zh.clone().into_owned()).collect(),
            warnings_en: warnings.iter().map(|w| w.en.clone().into_owned()).collect(),
        }
    }
}
