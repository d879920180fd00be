//! Arguments of `import`.

use crate::import::BrandChange;
use cloud_shelf_core::domain::Rgb;
use std::path::{Path, PathBuf};

/// Arguments of `import`.
#[derive(Clone, Debug, clap::Args)]
pub struct ImportArgs {
    /// 商品表格（xlsx、xls、ods、csv；- 是标准输入）或货架数据包 / the table (- is stdin), or a bundle
    pub path: PathBuf,
    /// 图片文件夹（默认为表格所在文件夹）/ the picture folder (default is the table's folder)
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    /// 品牌名称 / the brand's name
    #[arg(long, value_name = "NAME")]
    pub brand: Option<String>,
    /// 品牌主色 / the brand's main colour
    #[arg(long, value_name = "#RRGGBB")]
    pub primary: Option<Rgb>,
    /// 品牌辅色 / the brand's second colour
    #[arg(long, value_name = "#RRGGBB")]
    pub accent: Option<Rgb>,
    /// 品牌标志图片 / the brand's logo
    #[arg(long, value_name = "FILE")]
    pub logo: Option<PathBuf>,
    /// 允许从内网地址下载图片 / also fetch pictures from private addresses
    #[arg(long)]
    pub allow_private_addresses: bool,
}

impl ImportArgs {
    /// Returns the change to the brand; `logo` is the content of the named file.
    pub(super) fn brand_change(&self, logo: Option<Vec<u8>>) -> BrandChange {
        BrandChange { name: self.brand.clone(), primary: self.primary, accent: self.accent, logo }
    }

    pub(super) fn picture_dir(&self) -> PathBuf {
        let beside = || match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        self.pictures.clone().unwrap_or_else(beside)
    }
}
