//! Converts rows to items.

use super::{
    Cell, PictureSource, Problem, Sheet, Table, TableError, TableItem, Value,
    cell::AttachedPicture,
    date,
    filler::{is_blank, is_example, is_total, is_unsolved},
    heading::{self, Field, Headings},
    limits, number, picture, problem,
    sheet::Row,
};
use crate::{
    domain::{
        ItemId, ItemLink, Message, Price,
        text::{self, TextFault},
    },
    link::{self, LinkProblem, LinkProblemKind},
};
use std::{borrow::Cow, collections::HashMap};

const MAX_TITLE: usize = 120;
const MAX_CATEGORY: usize = 30;
const MAX_POINT: usize = 80;
const MAX_POINTS: usize = 10;

/// Reads all sheets with a heading row.
pub(super) fn read(sheets: Vec<Sheet>) -> Result<Table, TableError> {
    let mut table = Table::default();
    let mut seen = HashMap::new();
    let (mut title, mut link, mut any) = (false, false, false);
    for sheet in &sheets {
        match headings(sheet) {
            Ok((row, headings)) => {
                any = true;
                let mut reader =
                    Reader { sheet, headings, names: HashMap::new(), seen: &mut seen, table: &mut table };
                reader.name_columns(row);
                reader.rows(row);
            }
            Err((has_title, has_link)) => {
                title |= has_title;
                link |= has_link;
            }
        }
    }
    if !any {
        return Err(TableError::NoHeadings { title: title && !link, link: link && !title });
    }
    // Items without a number keep their order, after those with one
    table.items.sort_by_key(|item| (item.sort.is_none(), item.sort));
    Ok(table)
}

/// Finds the heading row; the error tells whether a title or a link heading was found.
fn headings(sheet: &Sheet) -> Result<(u32, Headings), (bool, bool)> {
    let mut seen = (false, false);
    for (number, row) in sheet.rows.iter().take(limits::HEADING_ROWS) {
        let texts: Vec<(u32, Cow<'_, str>)> =
            row.iter().map(|(column, cell)| (*column, cell.raw())).collect();
        let headings = heading::find(texts.iter().map(|(column, text)| (*column, &**text)));
        if headings.is_complete() {
            return Ok((*number, headings));
        }
        seen.0 |= headings.has(Field::Title);
        seen.1 |= headings.has(Field::Link);
    }
    Err(seen)
}

/// Reader of one sheet's rows.
struct Reader<'a> {
    sheet: &'a Sheet,
    headings: Headings,
    /// Headings as written
    names: HashMap<u32, String>,
    /// Items of earlier rows, and where they are
    seen: &'a mut HashMap<(ItemId, Option<ItemId>), (String, u32)>,
    table: &'a mut Table,
}

impl Reader<'_> {
    fn name_columns(&mut self, row: u32) {
        let Some(row) = self.sheet.rows.get(&row) else { return };
        self.names =
            row.iter().map(|(column, cell)| (*column, cell.line().chars().take(40).collect())).collect();
    }

    fn rows(&mut self, heading: u32) {
        for (number, row) in self.sheet.rows.range(heading + 1..) {
            self.row(*number + 1, row);
        }
    }

    fn row(&mut self, number: u32, row: &Row) {
        let title_cell = self.cell(row, Field::Title);
        let link_cell = self.cell(row, Field::Link);
        if self.is_empty(row)
            || is_example(row)
            || is_total(row, title_cell, link_cell)
            || self.is_heading(title_cell, link_cell)
        {
            return;
        }
        let found = match read_link(link_cell, title_cell) {
            Ok(found) => found,
            Err(_) if link_cell.is_some_and(is_unsolved) => {
                self.report(number, Field::Link, problem::UNSOLVED, problem::unsolved(), true);
                return;
            }
            Err(problem) => {
                self.report(number, Field::Link, problem.kind.code(), problem.remedy, true);
                return;
            }
        };
        if title_cell.is_some_and(is_unsolved) {
            self.report(number, Field::Title, problem::UNSOLVED, problem::unsolved(), true);
            return;
        }
        let mut title = title_cell.map(Cell::line).unwrap_or_default();
        if title.is_empty() {
            title = found.title.unwrap_or_default();
        }
        if is_blank_text(&title) {
            let remedy = Message::fixed(
                "没有填商品名称。请在“商品”列写上要给顾客看的名称",
                "The title is missing. Enter the name for shoppers in the column 商品",
            );
            self.report(number, Field::Title, "no_title", remedy, true);
            return;
        }
        let key = (found.link.item.clone(), found.link.sku.clone());
        if let Some((sheet, earlier)) = self.seen.get(&key) {
            let remedy = Message::new(
                format!("和“{sheet}”第 {earlier} 行是同一个商品。请删掉其中一行，或换成正确的链接"),
                format!(
                    "This is the same item as in row {earlier} of “{sheet}”. Delete one of the rows, or correct the link"
                ),
            );
            self.report(number, Field::Link, "duplicate", remedy, true);
            return;
        }
        self.seen.insert(key, (self.sheet.name.clone(), number));

        let item = self.item(number, row, title, found.link);
        self.table.items.push(item);
    }

    fn item(&mut self, number: u32, row: &Row, title: String, link: ItemLink) -> TableItem {
        for field in OPTIONAL {
            let columns = self.headings.columns(field);
            if columns.iter().any(|column| row.get(column).is_some_and(is_unsolved)) {
                self.report(number, field, problem::UNSOLVED, problem::unsolved(), false);
            }
        }
        for field in [Field::Title, Field::Category, Field::SellingPoint] {
            let columns = self.headings.columns(field);
            let is_odd = |column: &u32| row.get(column).is_some_and(|cell| text::needs_warning(&cell.raw()));
            if columns.iter().any(is_odd) {
                self.report(number, field, problem::HIDDEN, problem::hidden(), false);
            }
        }
        let title = self.short(number, Field::Title, title, MAX_TITLE);
        let price = self.price(number, row, Field::Price);
        let sale_price = self.price(number, row, Field::SalePrice);
        let sale_price = match (price, sale_price) {
            (Some(price), Some(sale)) if sale >= price => {
                let remedy = Message::new(
                    format!("促销价 {sale} 不低于价格 {price}，没有采用。请核对是不是填反了"),
                    format!(
                        "The sale price {sale} is not below the price {price}, so it was not used. Are the two swapped?"
                    ),
                );
                self.report(number, Field::SalePrice, "sale_not_lower", remedy, false);
                None
            }
            (_, sale) => sale,
        };
        let category =
            self.category(number).map(|text| self.short(number, Field::Category, text, MAX_CATEGORY));
        let listed_from = self.moment(number, row, Field::ListedFrom).and_then(date::Moment::start);
        let listed_until = self.moment(number, row, Field::ListedUntil).and_then(date::Moment::end);
        let listed_until = match (listed_from, listed_until) {
            (Some(from), Some(until)) if until <= from => {
                let remedy = Message::fixed(
                    "下架时间早于上架时间，没有采用。请核对是不是填反了",
                    "The listing ends before it begins, so the end was not used. Are the two dates swapped?",
                );
                self.report(number, Field::ListedUntil, "bad_period", remedy, false);
                None
            }
            (_, until) => until,
        };
        TableItem {
            sheet: self.sheet.name.clone(),
            row: number,
            title,
            link,
            price,
            sale_price,
            selling_points: self.selling_points(number, row),
            category,
            pictures: self.pictures(number, row),
            sort: self.sort(number, row),
            listed_from,
            listed_until,
            barcode: self.barcode(number, row),
        }
    }

    fn price(&mut self, number: u32, row: &Row, field: Field) -> Option<Price> {
        let cell = self.filled(row, field)?;
        let price = match &cell.value {
            Value::Number(amount) => number::hundredths(*amount).and_then(|fen| Price::from_fen(fen).ok()),
            _ => Price::parse(&cell.line()).ok(),
        };
        if price.is_none() {
            let (text, heading) = (shown(cell), field.heading());
            let kind = if field == Field::Price { "bad_price" } else { "bad_sale_price" };
            let remedy = Message::new(
                format!("“{text}”不是{heading}，没有采用。请只填一个数字，例如 199 或 199.00"),
                format!("“{text}” is not a price and was not used. Enter one number such as 199 or 199.00"),
            );
            self.report(number, field, kind, remedy, false);
        }
        price
    }

    fn moment(&mut self, number: u32, row: &Row, field: Field) -> Option<date::Moment> {
        let cell = self.filled(row, field)?;
        let moment = date::read(cell);
        if moment.is_none() {
            let text = shown(cell);
            let remedy = Message::new(
                format!("“{text}”不是日期，没有采用。请写成 2026-06-18 或 2026-06-18 20:00"),
                format!(
                    "“{text}” is not a date and was not used. Enter it as 2026-06-18 or 2026-06-18 20:00"
                ),
            );
            self.report(number, field, "bad_date", remedy, false);
        }
        moment
    }

    fn sort(&mut self, number: u32, row: &Row) -> Option<i64> {
        let cell = self.filled(row, Field::Sort)?;
        let sort = match &cell.value {
            Value::Number(value) => number::whole(*value),
            _ => cell.line().trim_end_matches(['.', '、']).parse().ok(),
        };
        // Larger numbers could overflow when added
        let sort = sort.filter(|sort| sort.abs() <= 1_000_000_000);
        if sort.is_none() {
            let text = shown(cell);
            let remedy = Message::new(
                format!("“{text}”不是排序号，没有采用。请填 1、2、3 这样的整数"),
                format!("“{text}” is not a position and was not used. Enter a whole number such as 1, 2, 3"),
            );
            self.report(number, Field::Sort, "bad_sort", remedy, false);
        }
        sort
    }

    fn barcode(&mut self, number: u32, row: &Row) -> Option<String> {
        let cell = self.filled(row, Field::Barcode)?;
        let text: String =
            cell.line().chars().filter(|c| !c.is_whitespace() && *c != '-' && *c != '\'').collect();
        let good = (4..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !good {
            let text = shown(cell);
            let remedy = Message::new(
                format!("“{text}”不是条码，没有采用。请先把这一列的格式设为“文本”，再填条码的全部数字"),
                format!(
                    "“{text}” is not a barcode and was not used. Set the column's format to “Text”, then enter all digits"
                ),
            );
            self.report(number, Field::Barcode, "bad_barcode", remedy, false);
        }
        good.then_some(text)
    }

    fn selling_points(&mut self, number: u32, row: &Row) -> Vec<String> {
        let mut points = Vec::new();
        for column in self.headings.columns(Field::SellingPoint).to_vec() {
            let Some(cell) = row.get(&column).filter(|cell| !is_blank(cell)) else { continue };
            for point in text::visible(&cell.raw()).split(['\n', '\r', ';', '；', '|', '｜']) {
                let point = text::one_line(point);
                let point = without_number(&point);
                if !is_blank_text(point) && points.len() < MAX_POINTS {
                    points.push(self.short(number, Field::SellingPoint, point.to_owned(), MAX_POINT));
                }
            }
        }
        points
    }

    fn pictures(&mut self, number: u32, row: &Row) -> Vec<PictureSource> {
        let mut pictures = Vec::new();
        for column in self.headings.columns(Field::Picture).to_vec() {
            let Some(cell) = row.get(&column) else { continue };
            let (mut good, bad) = picture::read(&cell.raw());
            // The cell shows a word and links to the picture
            if let Some(target) = &cell.link
                && !good.iter().any(|picture| matches!(picture, PictureSource::Url(_)))
                && let (linked, _) = picture::read(target)
                && linked.iter().any(|picture| matches!(picture, PictureSource::Url(_)))
            {
                good = linked;
            }
            pictures.append(&mut good);
            for piece in bad {
                let text = piece.0;
                let remedy = Message::new(
                    format!(
                        "“{text}”不是图片文件名，也不是图片网址，没有采用。请写文件名（例如 奶粉.jpg）或 https:// 开头的图片网址"
                    ),
                    format!(
                        "“{text}” is neither a file name nor an address and was not used. Enter 奶粉.jpg or https://…"
                    ),
                );
                self.report(number, Field::Picture, problem::BAD_PICTURE, remedy, false);
            }
        }
        // Pasted pictures belong to the row, whatever column they cover
        for hung in row.values().flat_map(|cell| &cell.pictures) {
            match hung {
                AttachedPicture::Picture(picture) => pictures.push(picture.clone()),
                AttachedPicture::Lost(name) => {
                    let name: String = name.chars().take(40).collect();
                    let remedy = Message::new(
                        format!(
                            "贴在表格中的图片（{name}）过大、已损坏或不在这个文件里，没有采用。请压缩后重新贴入，或把图片放在表格旁边并填写文件名"
                        ),
                        format!(
                            "The picture pasted here ({name}) is too large, damaged or not in this file, and was not used. Paste a smaller one, or put it beside the table and enter its name"
                        ),
                    );
                    self.report(number, Field::Picture, problem::LOST_PICTURE, remedy, false);
                }
            }
        }
        pictures.truncate(picture::MAX_PER_ITEM);
        pictures
    }

    fn cell<'r>(&self, row: &'r Row, field: Field) -> Option<&'r Cell> {
        row.get(self.headings.columns(field).first()?)
    }

    /// Returns a cell's content, unless it is empty or a dash for "none".
    fn filled<'r>(&self, row: &'r Row, field: Field) -> Option<&'r Cell> {
        self.cell(row, field).filter(|cell| !is_blank(cell))
    }

    /// Returns the category; people often write it once and merge the cell over all its items.
    fn category(&self, number: u32) -> Option<String> {
        let column = *self.headings.columns(Field::Category).first()?;
        let cell = self.sheet.covering(number - 1, column)?;
        (!is_blank(cell)).then(|| cell.line()).filter(|text| !is_blank_text(text))
    }

    /// Truncates a text that is too long to show, and reports it.
    fn short(&mut self, number: u32, field: Field, text: String, limit: usize) -> String {
        let text = text::one_line(&text);
        let length = text.chars().count();
        if length <= limit {
            return text;
        }
        let heading = field.heading();
        let remedy = Message::new(
            format!("{heading}有 {length} 个字，太长，只保留了前 {limit} 个字。请写短一些"),
            format!("The text has {length} characters; only the first {limit} were used. Make it shorter"),
        );
        self.report(number, field, "too_long", remedy, false);
        // Truncation within an emoji may leave a joiner
        text::one_line(&text.chars().take(limit).collect::<String>())
    }

    /// Whether all columns that count are empty.
    fn is_empty(&self, row: &Row) -> bool {
        row.iter().all(|(column, cell)| {
            let counts = WANTED.iter().any(|field| self.headings.columns(*field).contains(column));
            let named =
                [Field::Title, Field::Link].map(|field| self.headings.columns(field).contains(column));
            let asks = is_unsolved(cell) && named.contains(&true);
            (!counts || is_blank(cell)) && cell.link.is_none() && !asks
        })
    }

    /// Whether the row repeats the headings, as for printing.
    fn is_heading(&self, title: Option<&Cell>, link: Option<&Cell>) -> bool {
        let is = |cell: Option<&Cell>, field| {
            cell.is_some_and(|cell| heading::field(&cell.raw()).is_some_and(|(found, _)| found == field))
        };
        is(title, Field::Title) && is(link, Field::Link)
    }

    fn report(&mut self, row: u32, field: Field, kind: &'static str, remedy: Message, leaves_out: bool) {
        let column = self.headings.columns(field).first().and_then(|column| self.names.get(column)).cloned();
        self.table.problems.push(Problem {
            sheet: self.sheet.name.clone(),
            row,
            column,
            kind,
            remedy,
            leaves_out,
        });
    }
}

/// Columns that make a row count. A sort number alone, as in a prefilled form, does not.
const WANTED: [Field; 6] =
    [Field::Title, Field::Link, Field::Price, Field::SalePrice, Field::SellingPoint, Field::Picture];

/// Optional columns.
const OPTIONAL: [Field; 9] = [
    Field::Price,
    Field::SalePrice,
    Field::Picture,
    Field::Category,
    Field::SellingPoint,
    Field::Sort,
    Field::ListedFrom,
    Field::ListedUntil,
    Field::Barcode,
];

/// Returns the item that the link cell names: by its text, else by its hyperlink, else by the
/// title's hyperlink. The text comes first because it is what the person sees; a spreadsheet keeps
/// the old target when the text is corrected.
fn read_link(link: Option<&Cell>, title: Option<&Cell>) -> Result<link::ParsedLink, LinkProblem> {
    let text = link.map(|cell| cell.raw()).unwrap_or_default();
    let problem = match link::parse_with_title(&text) {
        Ok(found) => return Ok(found),
        Err(problem) => problem,
    };
    if let Some(target) = link.and_then(|cell| cell.link.as_deref()) {
        match link::parse_with_title(target) {
            Ok(found) => return Ok(found),
            // For 点击查看, only the target is worth a message
            Err(behind) if matches!(problem.kind, LinkProblemKind::NotAnItem | LinkProblemKind::Empty) => {
                return Err(behind);
            }
            Err(_) => {}
        }
    }
    if problem.kind == LinkProblemKind::Empty
        && let Some(target) = title.and_then(|cell| cell.link.as_deref())
        && let Ok(found) = link::parse_with_title(target)
    {
        return Ok(found);
    }
    Err(problem)
}

/// Whether a text has no visible characters.
fn is_blank_text(text: &str) -> bool {
    text::check_line(text, usize::MAX) == Err(TextFault::Blank)
}

/// Quotes a cell in a message.
fn shown(cell: &Cell) -> String {
    let line = cell.line();
    let mut short: String = line.chars().take(30).collect();
    if line.chars().nth(30).is_some() {
        short.push('…');
    }
    short
}

/// Strips a list marker from a selling point: `1、`, `2.`, `•`.
fn without_number(point: &str) -> &str {
    let rest = point.trim_start_matches(['•', '·', '-', '*', '●', '◆', ' ']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=2).contains(&digits) {
        let tail = &rest[digits..];
        if let Some(text) = tail.strip_prefix(['、', '）', ')']) {
            return text.trim_start();
        }
        // `1.8L` keeps its number
        if let Some(text) = tail.strip_prefix('.').filter(|t| !t.starts_with(|c: char| c.is_ascii_digit())) {
            return text.trim_start();
        }
    }
    rest
}
