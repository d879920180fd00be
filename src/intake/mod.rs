//! What a table says, on its way in: its pictures gathered from files, addresses and the workbook
//! itself, its rows arranged as a catalog's items. What becomes of a picture is for the caller.

mod arrange;
mod fault;
mod gather;
mod picture_dir;
mod sources;

pub use arrange::{arrange, picture_problem};
pub use fault::PictureFault;
pub use gather::{Progress, gather};
pub use picture_dir::{PictureDir, Pictures, read_file};
pub use sources::Sources;
