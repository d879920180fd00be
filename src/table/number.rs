//! Numbers of spreadsheets, which are all floating point.

/// The largest whole number below which none is skipped. A spreadsheet keeps 15 digits only.
const EXACT: f64 = 999_999_999_999_999.0;

/// A number as text: exact where it is a whole one, in the spreadsheet's short form where digits
/// are lost.
pub(super) fn show(number: f64) -> String {
    if number.abs() > EXACT {
        return format!("{number:E}").replacen('E', "E+", 1);
    }
    format!("{number}")
}

/// A whole number, exactly.
pub(super) fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

/// An amount in hundredths, where the number has two decimals but for rounding.
pub(super) fn hundredths(number: f64) -> Option<u64> {
    let hundredths = (number * 100.0).round();
    let near = (number * 100.0 - hundredths).abs() < 1e-4;
    (near && (0.0..=EXACT).contains(&hundredths)).then_some(hundredths as u64)
}
