//! What a shopper sees and touches: displays, touch panels, fonts.

use super::{
    check::{Check, Topic},
    input::{self, Device},
    said::{Answer, ask},
    tree::Tree,
};
use cloud_shelf_core::{
    domain::Message,
    panel::{Connector, Mode, list_connectors},
};
use std::path::Path;

const DISPLAY: Topic = Topic::new("display", "显示屏", "Display");
const TOUCH: Topic = Topic::new("touch", "触摸屏", "Touch panel");
const FONTS: Topic = Topic::new("fonts", "中文字体", "Chinese font");

pub(super) fn look(tree: &Tree, checks: &mut Vec<Check>) {
    checks.push(display(list_connectors(tree.root()).as_deref()));
    let devices = tree.text("proc/bus/input/devices");
    checks.push(touch(devices.as_deref().map(input::parse).as_deref()));
    checks.push(fonts(&ask("fc-list", &[":lang=zh-cn", "family"])));
}

/// Returns whether a picture could be seen: some display is connected, or the kernel drives none, so that
/// something else, such as a desktop, does.
pub fn has_screen(root: &Path) -> bool {
    list_connectors(root).is_none_or(|all| all.iter().any(|connector| connector.connected))
}

fn display(connectors: Option<&[Connector]>) -> Check {
    let plug = Message::fixed(
        "请检查屏幕的电源和视频线，换一个接口或一根线再试；树莓派请先接 HDMI 0（靠近电源的接口）",
        "Check the screen's power and its cable, try another port or cable; on a Raspberry Pi use HDMI 0, the one next to the power",
    );
    let Some(connectors) = connectors else {
        return DISPLAY.unknown(Message::fixed(
            "内核没有显示设备（例如在桌面服务器或容器里）",
            "The kernel drives no display here, as in a container",
        ));
    };
    let connected: Vec<_> = connectors.iter().filter(|connector| connector.connected).collect();
    if connected.is_empty() {
        let names: Vec<_> = connectors.iter().map(|connector| connector.name.as_str()).collect();
        let names = names.join(", ");
        return DISPLAY.failed(
            Message::new(
                format!("没有接屏幕（接口：{names}）"),
                format!("No display is connected (ports: {names})"),
            ),
            plug,
        );
    }
    let describe = |connector: &&Connector| {
        format!(
            "{} {}",
            connector.name,
            connector.modes.first().map_or_else(|| "?".to_owned(), Mode::to_string)
        )
    };
    let list = connected.iter().map(describe).collect::<Vec<_>>().join(", ");
    let finding = Message::new(format!("已连接：{list}"), format!("Connected: {list}"));
    if connected.iter().all(|connector| connector.modes.is_empty()) {
        return DISPLAY.failed(finding, plug);
    }
    DISPLAY.good(finding)
}

fn touch(devices: Option<&[Device]>) -> Check {
    let Some(devices) = devices else {
        return TOUCH.unknown(Message::fixed("读不到输入设备", "The input devices can't be read"));
    };
    let panels: Vec<&str> =
        devices.iter().filter(|device| device.is_touch()).map(|device| device.name.as_str()).collect();
    if panels.is_empty() {
        return TOUCH.failed(
            Message::fixed("没有找到触摸屏", "No touch panel was found"),
            Message::fixed(
                "请检查触摸屏的 USB 线或排线（视频线不传触摸），换一个 USB 口再试",
                "Check the panel's USB or ribbon cable (a video cable carries no touch), and try another USB port",
            ),
        );
    }
    let list = panels.join(", ");
    TOUCH.good(Message::new(format!("找到：{list}"), format!("Found: {list}")))
}

fn fonts(listed: &Answer) -> Check {
    let install = || {
        Message::fixed(
            "请安装字体：sudo apt install fonts-noto-cjk",
            "Install a font: sudo apt install fonts-noto-cjk",
        )
    };
    match listed {
        Ok(said) if said.is_ok() => match said.out.lines().find(|line| !line.trim().is_empty()) {
            Some(family) => {
                let noto = said.out.lines().find(|line| line.contains("Noto Sans CJK SC")).unwrap_or(family);
                let name = noto.split(',').next().unwrap_or(noto).trim().to_owned();
                FONTS.good(Message::new(format!("有中文字体：{name}"), format!("Installed: {name}")))
            }
            None => FONTS.failed(
                Message::fixed(
                    "没有中文字体，屏幕会显示方框",
                    "No Chinese font is installed: the screen shows boxes",
                ),
                install(),
            ),
        },
        _ => FONTS
            .unknown(Message::fixed("没有 fc-list，无法检查字体", "Fonts can't be listed without fc-list")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::Verdict, *};
    use cloud_shelf_core::program::ProgramOutput;

    #[test]
    fn a_display_is_one_that_is_connected_and_has_modes() {
        let of = |ports: &[(&str, &str, &str)]| {
            let dir = tempfile::tempdir().unwrap();
            for (name, status, modes) in ports {
                let dir = dir.path().join("sys/class/drm").join(name);
                std::fs::create_dir_all(&dir).unwrap();
                std::fs::write(dir.join("status"), status).unwrap();
                std::fs::write(dir.join("modes"), modes).unwrap();
            }
            display(list_connectors(dir.path()).as_deref())
        };
        assert_eq!(of(&[]).verdict, Verdict::Unknown);
        assert_eq!(of(&[("card0", "", ""), ("renderD128", "", "")]).verdict, Verdict::Failed);
        let none = of(&[("card1", "", ""), ("card1-HDMI-A-1", "disconnected\n", "")]);
        assert!(none.verdict == Verdict::Failed && none.finding.en.contains("HDMI-A-1"), "{none:?}");
        let good = of(&[
            ("card0-HDMI-A-1", "connected\n", "1080x1920\n640x480\n"),
            ("card0-Writeback-1", "unknown", ""),
        ]);
        assert!(good.verdict == Verdict::Good && good.finding.en.ends_with("HDMI-A-1 1080x1920"), "{good:?}");
        assert_eq!(of(&[("card0-DSI-1", "connected\n", "")]).verdict, Verdict::Failed);
        assert_eq!(of(&[("card0-Writeback-1", "connected", "1x1")]).verdict, Verdict::Failed);
    }

    #[test]
    fn a_font_is_named_or_missed() {
        let said = |out: &str| Ok(ProgramOutput { code: Some(0), out: out.into(), err: String::new() });
        assert_eq!(fonts(&said("")).verdict, Verdict::Failed);
        let good = fonts(&said("WenQuanYi\nNoto Sans CJK SC,Noto Sans CJK SC Bold\n"));
        assert!(good.verdict == Verdict::Good && good.finding.en.ends_with("Noto Sans CJK SC"), "{good:?}");
        assert_eq!(
            fonts(&Ok(ProgramOutput { code: Some(1), out: String::new(), err: String::new() })).verdict,
            Verdict::Unknown
        );
        assert_eq!(touch(None).verdict, Verdict::Unknown);
        assert_eq!(touch(Some(&[])).verdict, Verdict::Failed);
    }
}
