//! One sheet part: values, formulas, links, and references to pictures.

use super::{Cell, Sheet, Step, TableError, Value, Walk, attribute, date, strings, xml};
use crate::table::{limits, sheet::Budget};
use quick_xml::events::BytesStart;
use std::collections::HashMap;

/// Upper bound on merged ranges per sheet; a lookup is linear in them.
const MERGED: usize = 1000;

/// Workbook data that cell values refer to.
pub(super) struct Context<'a> {
    pub strings: &'a [String],
    pub dates: &'a [bool],
    pub since_1904: bool,
}

/// A hyperlink laid over a cell.
pub(super) struct Link {
    pub row: u32,
    pub column: u32,
    /// Id of the relationship with the target
    pub relation: Option<String>,
    pub target: Option<String>,
}

/// Row heights in points.
#[derive(Default)]
pub(super) struct Heights {
    usual: Option<f64>,
    own: HashMap<u32, f64>,
}

impl Heights {
    /// Returns a row's height in EMU, the unit of drawings.
    pub fn emu(&self, row: u32) -> i64 {
        let points = self.own.get(&row).copied().or(self.usual).unwrap_or(15.0);
        (points.clamp(0.0, 409.5) * 12_700.0) as i64
    }
}

/// Content of a sheet part.
pub(super) struct Found {
    pub sheet: Sheet,
    pub links: Vec<Link>,
    /// Id of the relationship to the drawing
    pub drawing: Option<String>,
    /// Cells with a WPS picture: row, column, the picture's name
    pub images: Vec<(u32, u32, String)>,
    /// Cells with a rich value, perhaps a picture: row, column, 1-based number
    pub values: Vec<(u32, u32, usize)>,
    pub heights: Heights,
}

/// A cell while it is parsed.
#[derive(Default)]
struct Open {
    row: u32,
    column: u32,
    kind: String,
    style: usize,
    rich: Option<usize>,
    value: String,
    formula: String,
    /// Set even if the formula's text is stored with another cell (shared formula)
    is_formula: bool,
}

/// The part of a cell whose text is being read.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    None,
    Value,
    Formula,
}

pub(super) fn read(
    name: &str,
    text: &str,
    context: &Context<'_>,
    budget: &mut Budget,
) -> Result<Found, TableError> {
    let mut found = Found {
        sheet: Sheet::new(name.to_owned()),
        links: Vec::new(),
        drawing: None,
        images: Vec::new(),
        values: Vec::new(),
        heights: Heights::default(),
    };
    let mut walk = Walk::new(text);
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut open: Option<Open> = None;
    let mut part = Part::None;
    let mut in_phonetic = false;
    while let Some(step) = walk.step()? {
        match step {
            Step::Open(e) => match xml::name(&e) {
                "sheetFormatPr" => {
                    found.heights.usual = attribute(&e, "defaultRowHeight").and_then(|h| h.parse().ok());
                }
                "row" => {
                    if let Some(number) = attribute(&e, "r").and_then(|r| r.parse::<u32>().ok()) {
                        row = number.saturating_sub(1);
                    }
                    column = 0;
                    let hidden = attribute(&e, "hidden").is_some_and(|v| v == "1" || v == "true");
                    let height = attribute(&e, "ht").and_then(|h| h.parse().ok());
                    if let Some(height) = if hidden { Some(0.0) } else { height }
                        && row < limits::ROWS
                    {
                        found.heights.own.insert(row, height);
                    }
                }
                "c" => {
                    let place = attribute(&e, "r").and_then(|r| place(&r));
                    let (at_row, at_column) = place.unwrap_or((row, column));
                    column = at_column;
                    open = Some(begin(&e, at_row, at_column));
                }
                "v" | "t" => part = Part::Value,
                "f" => {
                    part = Part::Formula;
                    if let Some(open) = &mut open {
                        open.is_formula = true;
                    }
                }
                "rPh" => in_phonetic = true,
                "mergeCell" if found.sheet.merged.len() < MERGED => found.sheet.merged.extend(merged(&e)),
                "hyperlink" if found.links.len() < limits::CELLS => found.links.extend(link(&e)),
                "drawing" => found.drawing = xml::prefixed(&e, "id").map(|id| id.into_owned()),
                _ => {}
            },
            Step::Text(text) => {
                if let Some(open) = open.as_mut().filter(|_| !in_phonetic) {
                    match part {
                        Part::Value if open.value.len() < limits::CELL_BYTES => open.value.push_str(&text),
                        Part::Formula if open.formula.len() < limits::CELL_BYTES => {
                            open.formula.push_str(&text)
                        }
                        _ => {}
                    }
                }
            }
            Step::Close(name) => match name.as_str() {
                "v" | "t" | "f" => part = Part::None,
                "rPh" => in_phonetic = false,
                "row" => row = row.saturating_add(1),
                "c" => {
                    column = column.saturating_add(1);
                    if let Some(done) = open.take() {
                        finish(done, context, &mut found, budget)?;
                    }
                }
                _ => {}
            },
        }
    }
    Ok(found)
}

fn begin(e: &BytesStart<'_>, row: u32, column: u32) -> Open {
    Open {
        row,
        column,
        kind: attribute(e, "t").unwrap_or_default().into_owned(),
        style: attribute(e, "s").and_then(|s| s.parse().ok()).unwrap_or(0),
        rich: attribute(e, "vm").and_then(|vm| vm.parse().ok()),
        ..Open::default()
    }
}

fn finish(
    open: Open,
    context: &Context<'_>,
    found: &mut Found,
    budget: &mut Budget,
) -> Result<(), TableError> {
    let Open { row, column, .. } = open;
    if let Some(id) = image_id(&open.formula).or_else(|| image_id(&open.value)) {
        budget.text(id.len() + size_of::<(u32, u32, String)>())?;
        found.images.push((row, column, id));
        // The formula's text is not needed; the row must exist to attach the picture
        found.sheet.rows.entry(row.min(limits::ROWS)).or_default();
        return Ok(());
    }
    if let Some(value) = open.rich {
        budget.text(size_of::<(u32, u32, usize)>())?;
        found.values.push((row, column, value));
        found.sheet.rows.entry(row.min(limits::ROWS)).or_default();
    }
    if let Some(target) = formula_link(&open.formula) {
        budget.text(target.len() + size_of::<Link>())?;
        found.links.push(Link { row, column, relation: None, target: Some(target) });
    }
    let cell = cell(&open, context);
    found.sheet.put(row, column, cell, budget)
}

fn cell(open: &Open, context: &Context<'_>) -> Cell {
    // An empty text is a result; an empty number is not
    if open.is_formula && open.rich.is_none() && open.kind.is_empty() && open.value.is_empty() {
        return Cell::new(Value::Unsolved);
    }
    match open.kind.as_str() {
        "s" => {
            let text = open.value.trim().parse::<usize>().ok().and_then(|index| context.strings.get(index));
            text.map_or_else(Cell::default, |text| Cell::text(text.clone()))
        }
        "str" | "inlineStr" => Cell::text(strings::unescape(&open.value)),
        "d" => open
            .value
            .trim()
            .parse()
            .map_or_else(|_| Cell::text(open.value.clone()), |when| Cell::new(Value::Date(when))),
        // Errors and booleans are no values of any column
        "e" | "b" => Cell::default(),
        _ => {
            let Some(number) = open.value.trim().parse::<f64>().ok().filter(|n| n.is_finite()) else {
                return Cell::text(open.value.clone());
            };
            let is_date = context.dates.get(open.style).copied().unwrap_or(false);
            let when = if is_date { date::serial(number, context.since_1904) } else { None };
            Cell::new(when.map_or(Value::Number(number), Value::Date))
        }
    }
}

/// Parses a reference such as `B7` to 0-based row and column.
pub(super) fn place(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if !(1..=3).contains(&letters) {
        return None;
    }
    let column =
        text.bytes().take(letters).fold(0, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    let row = text[letters..].parse::<u32>().ok()?.checked_sub(1)?;
    Some((row, column - 1))
}

/// Parses a hyperlink over a cell or a range; the first cell counts.
fn link(e: &BytesStart<'_>) -> Option<Link> {
    let range = attribute(e, "ref")?;
    let (row, column) = place(range.split(':').next()?)?;
    let relation = xml::prefixed(e, "id").map(|id| id.into_owned());
    relation.is_some().then_some(Link { row, column, relation, target: None })
}

/// Parses a vertically merged range; the first column counts.
fn merged(e: &BytesStart<'_>) -> Option<(u32, u32, u32)> {
    let range = attribute(e, "ref")?;
    let (from, to) = range.split_once(':')?;
    let ((first, column), (last, _)) = (place(from)?, place(to)?);
    (last > first).then_some((column, first, last))
}

/// Returns the name in `DISPIMG("ID_…",1)`, by which WPS places a picture in a cell.
fn image_id(formula: &str) -> Option<String> {
    let (_, rest) = formula.split_once("DISPIMG(")?;
    let id = rest.trim_start_matches(['"', '&', ' ']).split('"').next()?;
    (!id.is_empty() && id.len() <= 100).then(|| id.to_owned())
}

/// Returns the URL in `HYPERLINK("https://…","text")`.
fn formula_link(formula: &str) -> Option<String> {
    let at = formula.get(..9).filter(|f| f.eq_ignore_ascii_case("HYPERLINK")).map(|_| 9)?;
    let rest = formula[at..].trim_start().strip_prefix('(')?.trim_start().strip_prefix('"')?;
    rest.split('"').next().filter(|target| !target.is_empty()).map(str::to_owned)
}
