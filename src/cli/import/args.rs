//! The words after `import`.

use crate::{domain::Rgb, import::BrandChange};
use std::path::{Path, PathBuf};

/// Fill this unit from a product table (xlsx, xls, ods, csv)
#[derive(Clone, Debug, clap::Args)]
pub struct ImportArgs {
    /// The table; `-` is stdin
    pub path: PathBuf,
    /// Where the pictures are that the table names [default: beside the table]
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    /// The brand's name
    #[arg(long, value_name = "NAME")]
    pub brand: Option<String>,
    /// The brand's main colour
    #[arg(long, value_name = "#RRGGBB")]
    pub primary: Option<Rgb>,
    /// The brand's second colour
    #[arg(long, value_name = "#RRGGBB")]
    pub accent: Option<Rgb>,
    /// The brand's logo, a picture
    #[arg(long, value_name = "FILE")]
    pub logo: Option<PathBuf>,
    /// Also fetch pictures from private and loopback addresses
    #[arg(long)]
    pub allow_private_addresses: bool,
}

impl ImportArgs {
    pub(super) fn brand_change(&self) -> BrandChange {
        BrandChange {
            name: self.brand.clone(),
            primary: self.primary,
            accent: self.accent,
            logo: self.logo.clone(),
        }
    }

    pub(super) fn picture_dir(&self) -> PathBuf {
        let beside = || match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        self.pictures.clone().unwrap_or_else(beside)
    }
}
