//! Why the GPU does not draw.

use cloud_shelf_core::domain::Message;

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
