//! The GPU, by way of Mesa: OpenGL ES on buffers that the panel takes as they are.
//!
//! Mesa weighs more than everything else on a unit, so the program is not linked with it: its
//! libraries are loaded here, where they are installed and there is a GPU for them.

mod choice;
mod hardware;
mod library;
mod surface;
#[cfg(test)]
pub mod tests;
mod turned;

pub use choice::{GpuChoice, GpuStack};
pub use surface::{Context, Drawn, Surface};

use cloud_shelf_core::domain::Message;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A panic of what stands on a driver, as an error. What `work` borrows is given up after one.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(format!("panicked: {}", text.unwrap_or_default()))
    })
}

/// Why the GPU does not draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoGpu {
    #[error("no screen has been there yet")]
    NoScreen,
    #[error("drawing by software was chosen")]
    NotWanted,
    #[error("this machine has no GPU that draws")]
    NoHardware,
    #[error("Mesa is not installed: {0}")]
    NotInstalled(String),
    #[error("Mesa has no driver for this GPU: it would draw by {0}")]
    NoDriver(String),
    #[error("the program ended each of the last times the GPU drew")]
    Suspect,
    #[error("the GPU failed: {0}")]
    Failed(String),
}

impl NoGpu {
    /// What is so, and what to do where something is to be done.
    pub fn message(&self) -> Message {
        match self {
            Self::NoScreen => Message::fixed("还没有接过屏幕", "no screen has been there yet"),
            Self::NotWanted => Message::fixed("已设为软件绘制", "software was chosen"),
            Self::NoHardware => {
                Message::fixed("这台设备没有可绘图的 GPU", "this machine has no GPU that draws")
            }
            Self::NotInstalled(_) => Message::fixed(
                "有 GPU，但没有安装 Mesa：sudo apt install libgbm1 libegl1 libgles2 libgl1-mesa-dri，然后重启屏幕程序",
                "there may be a GPU, but Mesa is not installed: sudo apt install libgbm1 libegl1 libgles2 libgl1-mesa-dri, then restart the kiosk",
            ),
            Self::NoDriver(name) => Message::new(
                format!("Mesa 没有这个 GPU 的驱动，只能用 {name}"),
                format!("Mesa has no driver for this GPU and would draw by {name}"),
            ),
            Self::Suspect => Message::fixed(
                "用 GPU 绘制时，程序连续几次意外结束。再试一次：sudo cloud-shelfctl screen --renderer auto，然后重启屏幕程序",
                "the program ended each of the last times the GPU drew. To try again: sudo cloud-shelfctl screen --renderer auto, then restart the kiosk",
            ),
            Self::Failed(detail) => {
                Message::new(format!("GPU 出错（{detail}）"), format!("the GPU failed ({detail})"))
            }
        }
    }
}
