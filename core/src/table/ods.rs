//! ods: one XML part with all sheets. Links are in the text, pictures in their cell.

use super::{
    Cell, PictureSource, Sheet, TableError, Value,
    archive::Archive,
    cell::AttachedPicture,
    limits,
    media::Media,
    picture,
    sheet::Budget,
    xml::{self, Step, Walk, attribute},
};
use jiff::civil::{Date, DateTime};
use quick_xml::events::BytesStart;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, TableError> {
    let mut archive = Archive::open(bytes)?;
    if archive.text("META-INF/manifest.xml")?.is_some_and(|text| text.contains("encryption-data")) {
        return Err(TableError::Encrypted);
    }
    let content = archive.text("content.xml")?.ok_or_else(|| TableError::Damaged("no content.xml".into()))?;
    let mut reader =
        Reader { archive, media: Media::default(), budget: Budget::default(), sheets: Vec::new() };
    reader.document(&content)?;
    Ok(reader.sheets)
}

struct Reader<'a> {
    archive: Archive<'a>,
    media: Media,
    budget: Budget,
    sheets: Vec<Sheet>,
}

/// A cell while it is parsed.
#[derive(Default)]
struct Open {
    cell: Cell,
    text: String,
    is_typed: bool,
    /// A formula without a result type
    is_unsolved: bool,
    repeat: u32,
}

impl Reader<'_> {
    fn document(&mut self, content: &str) -> Result<(), TableError> {
        let mut walk = Walk::new(content);
        let (mut row, mut row_repeat, mut column) = (0_u32, 1_u32, 0_u32);
        let mut open: Option<Open> = None;
        // Notes do not belong to the cell's text
        let mut in_note = 0_u32;
        while let Some(step) = walk.step()? {
            match step {
                Step::Open(e) => match xml::name(&e) {
                    "table" if self.sheets.len() < limits::SHEETS => {
                        let name = attribute(&e, "table:name").unwrap_or_default().into_owned();
                        self.sheets.push(Sheet::new(name));
                        row = 0;
                    }
                    "table-row" => {
                        row_repeat = repeat(&e, "table:number-rows-repeated");
                        column = 0;
                    }
                    "table-cell" | "covered-table-cell" => open = Some(begin(&e)),
                    "annotation" => in_note += 1,
                    "p" => {
                        if let Some(open) = open.as_mut().filter(|o| in_note == 0 && !o.text.is_empty()) {
                            open.text.push('\n');
                        }
                    }
                    "a" => {
                        if let Some(open) = &mut open {
                            let href = attribute(&e, "xlink:href");
                            open.cell.link = href
                                .filter(|href| href.len() <= limits::TARGET_BYTES)
                                .map(|href| href.into_owned());
                        }
                    }
                    "s" | "tab" | "line-break" => {
                        if let Some(open) = &mut open {
                            open.text.push(if xml::name(&e) == "line-break" { '\n' } else { ' ' });
                        }
                    }
                    "image" => {
                        let href = attribute(&e, "xlink:href").map(|href| href.into_owned());
                        if let (Some(href), Some(open)) = (href, &mut open) {
                            open.cell.pictures.push(self.picture(&href)?);
                        }
                    }
                    _ => {}
                },
                Step::Text(text) => {
                    if let Some(open) =
                        open.as_mut().filter(|o| in_note == 0 && o.text.len() < limits::CELL_BYTES)
                    {
                        open.text.push_str(&text);
                    }
                }
                Step::Close(name) => match name.as_str() {
                    "table-cell" | "covered-table-cell" => {
                        if let Some(done) = open.take() {
                            column = self.put(row, row_repeat, column, done)?;
                        }
                    }
                    "annotation" => in_note = in_note.saturating_sub(1),
                    "table-row" => row = row.saturating_add(row_repeat),
                    _ => {}
                },
            }
        }
        Ok(())
    }

    /// Stores a cell as often as it is repeated, and returns the column after it.
    fn put(&mut self, row: u32, rows: u32, column: u32, open: Open) -> Result<u32, TableError> {
        let behind = column.saturating_add(open.repeat);
        let mut cell = if open.is_typed {
            open.cell
        } else if open.is_unsolved && open.text.is_empty() {
            Cell { value: Value::Unsolved, ..open.cell }
        } else {
            Cell { link: open.cell.link, pictures: open.cell.pictures, ..Cell::text(open.text) }
        };
        if cell.value == Value::Empty {
            // An empty cell's style may be repeated down to the end of the sheet
            cell.link = None;
        }
        let Some(sheet) = self.sheets.last_mut().filter(|_| !cell.is_empty()) else { return Ok(behind) };
        for row in row..row.saturating_add(rows) {
            for column in column..behind.min(limits::COLUMNS) {
                sheet.put(row, column, cell.clone(), &mut self.budget)?;
            }
        }
        Ok(behind)
    }

    /// Loads an embedded picture, or returns the URL of a linked one.
    fn picture(&mut self, href: &str) -> Result<AttachedPicture, TableError> {
        if let [linked @ PictureSource::Url(_)] = &*picture::read(href).0 {
            return Ok(AttachedPicture::Picture(linked.clone()));
        }
        self.media.load(&mut self.archive, href.trim_start_matches("./"))
    }
}

fn begin(e: &BytesStart<'_>) -> Open {
    let value = match attribute(e, "office:value-type").as_deref() {
        Some("float" | "currency" | "percentage") => attribute(e, "office:value")
            .and_then(|v| v.parse().ok())
            .filter(|v: &f64| v.is_finite())
            .map(Value::Number),
        Some("date") => attribute(e, "office:date-value").and_then(|v| when(&v)).map(Value::Date),
        _ => None,
    };
    Open {
        is_typed: value.is_some(),
        is_unsolved: attribute(e, "table:formula").is_some() && attribute(e, "office:value-type").is_none(),
        cell: Cell::new(value.unwrap_or_default()),
        text: String::new(),
        repeat: repeat(e, "table:number-columns-repeated"),
    }
}

fn when(text: &str) -> Option<DateTime> {
    text.parse::<DateTime>().ok().or_else(|| text.parse::<Date>().ok().map(|day| day.at(0, 0, 0, 0)))
}

fn repeat(e: &BytesStart<'_>, name: &str) -> u32 {
    attribute(e, name).and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}
