//! `screen`: this unit's rotation, output, mode, brightness and renderer.

use super::{Context, Exit, Output, json, kiosk};
use crate::control::{Request, Show};
use cloud_shelf_core::{
    disk,
    domain::Message,
    panel::{
        Connector, GpuTrial, Mode, Renderer, Rotation, ScreenFile, ScreenFileError, ScreenSetup,
        list_connectors,
    },
};
use serde::Serialize;
use std::path::Path;

/// The value that resets a setting.
const AUTO: &str = "auto";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 画面顺时针旋转的角度，触摸同时旋转 / degrees clockwise, of picture and touch
    #[arg(long, value_name = "0|90|180|270")]
    rotation: Option<String>,
    /// 使用哪个接口，如 HDMI-A-1；auto 为自动 / the output; auto uses the connected one
    #[arg(long, value_name = "NAME")]
    output: Option<String>,
    /// 分辨率，如 1920x1080@60；auto 为自动 / the mode; auto uses the panel's preferred one
    #[arg(long, value_name = "WxH[@HZ]")]
    mode: Option<String>,
    /// 亮度（百分比，5 到 100）；auto 为不改 / per cent of the backlight; auto leaves it alone
    #[arg(long, value_name = "PERCENT")]
    brightness: Option<String>,
    /// 由谁绘制：auto 为有 GPU 就用 GPU，software 为软件，gpu 为 OpenGL / the renderer; auto uses the GPU if there is one
    #[arg(long, value_name = "auto|software|gpu")]
    renderer: Option<String>,
    /// 在屏幕上测试触摸或颜色 / test touch or colours, on the screen
    #[arg(long, value_name = "touch|colors")]
    test: Option<Test>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Test {
    Touch,
    Colors,
}

#[derive(Serialize)]
struct Report {
    schema: u32,
    rotation: u16,
    output: Option<String>,
    mode: Option<String>,
    brightness: Option<u8>,
    renderer: &'static str,
    outputs: Vec<Socket>,
}

#[derive(Serialize)]
struct Socket {
    name: String,
    connected: bool,
    modes: Vec<String>,
}

pub(super) fn run(args: &Args, context: &Context, output: &mut Output) -> Exit {
    let file = ScreenFile::new(context.paths.screen());
    let before = match file.load() {
        Ok(before) => before,
        Err(error) => {
            output.tell(&error.message());
            // A damaged file is replaced by the defaults; of an unreadable file nothing is known
            if matches!(error, ScreenFileError::Read { .. }) {
                return Exit::Failed;
            }
            ScreenSetup::default()
        }
    };
    let sockets = list_connectors(Path::new("/")).unwrap_or_default();
    let setup = match changed(&before, args) {
        Ok(setup) => setup,
        Err(message) => {
            output.tell(&message);
            return Exit::Usage;
        }
    };
    warn(&setup, args, &sockets, output);
    if setup != before
        && let Err(error) = file.save(&setup)
    {
        output.tell(&error.message());
        return Exit::Failed;
    }
    if args.renderer.is_some()
        && let Err(error) = GpuTrial::new(context.paths.gpu_tries()).reset()
    {
        let remedy = disk::remedy(&error);
        output.tell(&Message::new(
            format!("之前用 GPU 失败的记录没有清除（{error}）。{}", remedy.zh),
            format!("The record of the GPU's failures can't be cleared ({error}). {}", remedy.en),
        ));
        return Exit::Failed;
    }
    if let Some(test) = args.test {
        let page = match test {
            Test::Touch => Show::TouchTest,
            Test::Colors => Show::ColorTest,
        };
        if let Err(exit) = kiosk::ask(&Request::Show { page }, context, output) {
            return exit;
        }
    }
    if context.json {
        output.json(&report(&setup, sockets));
    } else {
        say(&setup, &sockets, output);
    }
    Exit::Ok
}

/// Returns the set-up changed by the arguments.
fn changed(before: &ScreenSetup, args: &Args) -> Result<ScreenSetup, Message> {
    let mut setup = before.clone();
    if let Some(text) = &args.rotation {
        setup.rotation = text.parse::<Rotation>().map_err(|_| {
            Message::new(
                format!("旋转角度只能是 0、90、180 或 270，不是“{text}”"),
                format!("A rotation is 0, 90, 180 or 270, not {text:?}"),
            )
        })?;
    }
    if let Some(name) = &args.output {
        setup.output = (name != AUTO).then(|| name.clone());
    }
    if let Some(text) = &args.mode {
        setup.mode = if text == AUTO {
            None
        } else {
            Some(text.parse::<Mode>().map_err(|_| {
                Message::new(
                    format!("分辨率请写成 1920x1080 或 1920x1080@60，而不是“{text}”"),
                    format!("A mode is written as 1920x1080 or 1920x1080@60, not {text:?}"),
                )
            })?)
        };
    }
    if let Some(text) = &args.brightness {
        let percent = text.strip_suffix('%').unwrap_or(text).parse::<u8>().ok();
        setup.brightness = match percent.filter(|percent| (5..=100).contains(percent)) {
            Some(percent) => Some(percent),
            None if text == AUTO => None,
            None => {
                return Err(Message::new(
                    format!("亮度是 5 到 100 的百分比，不是“{text}”"),
                    format!("The brightness is 5 to 100 per cent, not {text:?}"),
                ));
            }
        };
    }
    if let Some(text) = &args.renderer {
        setup.renderer = text.parse::<Renderer>().map_err(|_| {
            Message::new(
                format!("绘制方式只能是 auto、software 或 gpu，不是“{text}”"),
                format!("A renderer is auto, software or gpu, not {text:?}"),
            )
        })?;
    }
    Ok(setup)
}

/// Warns of an output without a screen. It is set anyway, since the screen may be plugged in later.
fn warn(setup: &ScreenSetup, args: &Args, sockets: &[Connector], output: &mut Output) {
    let Some(asked) = args.output.as_ref().and(setup.output.as_ref()) else { return };
    if !sockets.iter().any(|socket| socket.connected && socket.name == *asked) {
        output.tell(&Message::new(
            format!("接口 {asked} 上现在没有屏幕；接上以前，画面显示在其他已连接的屏幕上"),
            format!("No screen is connected to {asked}; until one is, the picture appears on another output"),
        ));
    }
}

fn report(setup: &ScreenSetup, sockets: Vec<Connector>) -> Report {
    let socket = |connector: Connector| Socket {
        modes: connector.modes.iter().map(Mode::to_string).collect(),
        name: connector.name,
        connected: connector.connected,
    };
    Report {
        schema: json::SCHEMA,
        rotation: setup.rotation.degrees(),
        output: setup.output.clone(),
        mode: setup.mode.map(|mode| mode.to_string()),
        brightness: setup.brightness,
        renderer: setup.renderer.as_str(),
        outputs: sockets.into_iter().map(socket).collect(),
    }
}

fn say(setup: &ScreenSetup, sockets: &[Connector], output: &mut Output) {
    let or_auto = |value: Option<String>, zh: &str, en: &str| {
        value.map_or_else(|| (zh.to_owned(), en.to_owned()), |value| (value.clone(), value))
    };
    let (socket_zh, socket_en) = or_auto(setup.output.clone(), "自动", "automatic");
    let (mode_zh, mode_en) = or_auto(setup.mode.map(|mode| mode.to_string()), "自动", "automatic");
    let (light_zh, light_en) =
        or_auto(setup.brightness.map(|percent| format!("{percent}%")), "不改", "left alone");
    output.say(&Message::new(
        format!(
            "旋转 {}°，接口 {socket_zh}，分辨率 {mode_zh}，亮度 {light_zh}，绘制 {}",
            setup.rotation, setup.renderer
        ),
        format!(
            "rotation {}°, output {socket_en}, mode {mode_en}, brightness {light_en}, renderer {}",
            setup.rotation, setup.renderer
        ),
    ));
    if sockets.is_empty() {
        output.say(&Message::fixed(
            "这台设备没有可用的显示接口",
            "This machine has no output for a screen that this program can use",
        ));
    }
    for socket in sockets {
        let modes: Vec<String> = socket.modes.iter().map(Mode::to_string).collect();
        let (zh, en) =
            if socket.connected { ("已连接", "connected") } else { ("未连接", "not connected") };
        output.say(&Message::new(
            format!("{}  {zh}  {}", socket.name, modes.join(" ")),
            format!("{}  {en}  {}", socket.name, modes.join(" ")),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(rotation: Option<&str>, mode: Option<&str>, brightness: Option<&str>) -> Args {
        let text = |value: Option<&str>| value.map(str::to_owned);
        Args {
            rotation: text(rotation),
            output: None,
            mode: text(mode),
            brightness: text(brightness),
            renderer: None,
            test: None,
        }
    }

    #[test]
    fn what_is_not_named_stays() {
        let before = ScreenSetup {
            rotation: Rotation::Quarter,
            output: Some("DSI-1".into()),
            mode: "800x480".parse().ok(),
            brightness: Some(40),
            renderer: Renderer::Software,
        };
        assert_eq!(changed(&before, &args(None, None, None)), Ok(before.clone()));
        let all = Args {
            output: Some(AUTO.into()),
            renderer: Some(AUTO.into()),
            ..args(Some("0"), Some(AUTO), Some(AUTO))
        };
        assert_eq!(changed(&before, &all), Ok(ScreenSetup::default()));
        assert_eq!(changed(&before, &args(None, None, Some("70%"))).unwrap().brightness, Some(70));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            args(Some("45"), None, None),
            args(None, Some("full"), None),
            args(None, None, Some("0")),
            args(None, None, Some("101")),
            args(None, None, Some("bright")),
            Args { renderer: Some("opengl".into()), ..args(None, None, None) },
        ] {
            assert!(changed(&ScreenSetup::default(), &wrong).is_err(), "{wrong:?}");
        }
    }
}
