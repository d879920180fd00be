//! Power and heat, as reported by a Raspberry Pi's firmware and the kernel.

use super::check::{Check, Topic};
use crate::telemetry::{Heat, Machine};
use cloud_shelf_core::domain::Message;

const UNDER_VOLTAGE: Topic = Topic::new("under_voltage", "供电电压", "Supply voltage");
const THROTTLING: Topic = Topic::new("throttling", "处理器降频", "Throttling");
const TEMPERATURE: Topic = Topic::new("temperature", "温度", "Temperature");

/// Bits of the firmware's word: frequency capped, throttled, soft temperature limit; 16 places higher, the
/// same since the start.
const THROTTLED_NOW: u32 = 0b1110;
const SINCE_START: u32 = 16;

pub(super) fn run_checks(machine: &Machine, checks: &mut Vec<Check>) {
    checks.push(under_voltage(machine.under_voltage()));
    checks.push(throttling(machine.firmware_flags()));
    checks.push(temperature(machine.temperature_c()));
}

fn under_voltage(weak: Option<bool>) -> Check {
    match weak {
        None => UNDER_VOLTAGE.unknown(Message::fixed("这台设备测不出供电电压", "This machine does not measure its supply voltage")),
        Some(false) => UNDER_VOLTAGE.good(Message::fixed("供电正常", "The supply is strong enough")),
        Some(true) => UNDER_VOLTAGE.failed(
            Message::fixed("供电电压过低：设备会变慢、死机，存储卡可能损坏", "The supply is too weak: the unit slows down or stops, and its card may be damaged"),
            Message::fixed(
                "请换用设备原配电源（树莓派 4 为 5V/3A，树莓派 5 为 5V/5A）和短而粗的电源线，不要从屏幕或集线器取电",
                "Use the maker's own supply (5V/3A for a Raspberry Pi 4, 5V/5A for a 5) with a short thick cable, not a port of the screen or of a hub",
            ),
        ),
    }
}

fn throttling(flags: Option<u32>) -> Check {
    let Some(flags) = flags else {
        return THROTTLING
            .unknown(Message::fixed("这台设备不提供降频信息", "This machine does not report throttling"));
    };
    let remedy = Message::fixed(
        "请检查供电和散热：清理通风口，加装散热片或风扇，避免阳光直射",
        "Check power supply and cooling: clear the vents, fit a heat sink or a fan, keep the sun off",
    );
    if flags & THROTTLED_NOW != 0 {
        THROTTLING.failed(
            Message::new(
                format!("处理器正在降频（0x{flags:x}）"),
                format!("The processor is being throttled (0x{flags:x})"),
            ),
            remedy,
        )
    } else if flags & (THROTTLED_NOW << SINCE_START) != 0 {
        THROTTLING.notice(
            Message::new(
                format!("开机以来处理器曾经降频（0x{flags:x}）"),
                format!("The processor has been throttled since the start (0x{flags:x})"),
            ),
            remedy,
        )
    } else {
        THROTTLING.good(Message::fixed("没有降频", "The processor runs at full speed"))
    }
}

fn temperature(degrees: Option<i32>) -> Check {
    let Some(degrees) = degrees else {
        return TEMPERATURE
            .unknown(Message::fixed("这台设备测不出温度", "This machine does not measure its temperature"));
    };
    let finding = Message::new(format!("处理器 {degrees} °C"), format!("The processor is at {degrees} °C"));
    let remedy = Message::fixed(
        "请改善散热：清理通风口，加装散热片或风扇，避免阳光直射",
        "Let it cool: clear the vents, fit a heat sink or a fan, keep the sun off",
    );
    match Heat::from_celsius(degrees) {
        Heat::Hot => TEMPERATURE.failed(finding, remedy),
        Heat::Warm => TEMPERATURE.notice(finding, remedy),
        Heat::Normal => TEMPERATURE.good(finding),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::Verdict, *};

    #[test]
    fn each_bit_of_the_firmware_means_what_it_means() {
        for (flags, verdict) in [
            (None, Verdict::Unknown),
            (Some(0), Verdict::Good),
            // Under-voltage alone belongs to another check
            (Some(0x1_0001), Verdict::Good),
            (Some(0x2), Verdict::Failed),
            (Some(0x4), Verdict::Failed),
            (Some(0x8), Verdict::Failed),
            (Some(0x2_0000), Verdict::Notice),
            (Some(0x8_0000), Verdict::Notice),
            (Some(0x5_0005), Verdict::Failed),
            (Some(u32::MAX), Verdict::Failed),
        ] {
            assert_eq!(throttling(flags).verdict, verdict, "{flags:x?}");
        }
    }

    #[test]
    fn heat_is_a_notice_before_it_is_a_failure() {
        for (degrees, verdict) in [
            (-40, Verdict::Good),
            (74, Verdict::Good),
            (75, Verdict::Notice),
            (84, Verdict::Notice),
            (85, Verdict::Failed),
        ] {
            assert_eq!(temperature(Some(degrees)).verdict, verdict, "{degrees}");
        }
        assert_eq!(temperature(None).verdict, Verdict::Unknown);
        assert_eq!(under_voltage(Some(true)).verdict, Verdict::Failed);
        assert_eq!(under_voltage(Some(false)).verdict, Verdict::Good);
    }
}
