//! Numbers in spreadsheets, which are all floating point.

/// Largest integer up to which all are exact. A spreadsheet keeps 15 digits only.
const EXACT: f64 = 999_999_999_999_999.0;

/// Formats a number: exactly if it is an integer, in the spreadsheet's scientific form if digits
/// are lost.
pub(super) fn format_number(number: f64) -> String {
    if number.abs() > EXACT {
        return format!("{number:E}").replacen('E', "E+", 1);
    }
    format!("{number}")
}

/// Returns an exact integer.
pub(super) fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

/// Returns an amount in hundredths, if the number has two decimals apart from rounding.
pub(super) fn hundredths(number: f64) -> Option<u64> {
    let hundredths = (number * 100.0).round();
    let near = (number * 100.0 - hundredths).abs() < 1e-4;
    (near && (0.0..=EXACT).contains(&hundredths)).then_some(hundredths as u64)
}
