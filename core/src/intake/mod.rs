//! Intake of a table: gathers its pictures from files, URLs and the workbook itself, and arranges
//! its rows as a catalog's items. The caller decides what to do with each picture.

mod arrange;
mod fault;
mod gather;
mod picture_dir;

pub use arrange::{arrange, picture_problem};
pub use fault::PictureFault;
pub use gather::{Progress, Sources, gather};
pub use picture_dir::{PictureDir, Pictures, read_file};
