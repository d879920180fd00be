//! The empty table for a brand to fill in.

use super::heading::Field;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime,
    Format, FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};

/// Why the template could not be created. No input can cause this.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the table")]
pub struct TemplateError(#[from] XlsxError);

const INK: Color = Color::RGB(0x1F_2A_37);
const VERMILION: Color = Color::RGB(0xC8_3C_23);
const PAPER: Color = Color::RGB(0xFA_F6_F0);
const LINE: Color = Color::RGB(0xD9_D2_C7);
const GREY: Color = Color::RGB(0x6B_72_80);
const FONT: &str = "微软雅黑";

const TITLE_ROW: u32 = 0;
const HINT_ROW: u32 = 1;
const GROUP_ROW: u32 = 2;
const HEADING_ROW: u32 = 3;
const EXAMPLE_ROW: u32 = 4;
/// Last row with input validation
const LAST_ROW: u32 = 2004;

/// A column of the table.
struct Column {
    field: Field,
    width: f64,
    format: &'static str,
    example: &'static str,
    /// Instructions, for the note on the heading and the second sheet (a note has a few lines at
    /// most)
    how: &'static str,
}

const TEXT: &str = "@";
const MONEY: &str = "0.00";
const NUMBER: &str = "0";
const TIME: &str = "yyyy-mm-dd hh:mm";

const COLUMNS: [Column; 11] = [
    Column {
        field: Field::Title,
        width: 38.0,
        format: TEXT,
        example: "示例：启赋蕴淳 幼儿配方奶粉 3段 900g",
        how: "要给顾客看的商品名称，最多 120 个字。",
    },
    Column {
        field: Field::Link,
        width: 52.0,
        format: TEXT,
        example: "https://detail.tmall.com/item.htm?id=567812345678",
        how: "天猫商品页的完整链接：在电脑浏览器里打开商品，复制地址栏里的内容。短链接（m.tb.cn）和淘口令不能用。",
    },
    Column {
        field: Field::Price,
        width: 11.0,
        format: MONEY,
        example: "399",
        how: "原价，单位元，只写数字，例如 399 或 399.00。",
    },
    Column {
        field: Field::SalePrice,
        width: 11.0,
        format: MONEY,
        example: "358",
        how: "活动价，单位元，必须低于价格；没有活动就留空。",
    },
    Column {
        field: Field::Picture,
        width: 24.0,
        format: TEXT,
        example: "启赋3段.jpg",
        how: "图片的文件名（和表格放在同一个文件夹）、图片网址，或直接把图片粘贴在这一格里。几张图分行写。",
    },
    Column {
        field: Field::Category,
        width: 14.0,
        format: TEXT,
        example: "幼儿奶粉",
        how: "货架上的分类，例如 幼儿奶粉。同一类写一样的字。",
    },
    Column {
        field: Field::SellingPoint,
        width: 34.0,
        format: TEXT,
        example: "进口奶源\n小分子蛋白，好吸收",
        how: "商品的亮点，一行一条（格内换行按 Alt+Enter），最多 10 条。",
    },
    Column {
        field: Field::Sort,
        width: 8.0,
        format: NUMBER,
        example: "1",
        how: "显示的先后，填 1、2、3；不填就按表格里的顺序排在后面。",
    },
    Column {
        field: Field::ListedFrom,
        width: 18.0,
        format: TIME,
        example: "2026-06-01 00:00",
        how: "从什么时候开始显示（北京时间），例如 2026-06-01 00:00；不填就是马上。",
    },
    Column {
        field: Field::ListedUntil,
        width: 18.0,
        format: TIME,
        example: "2026-06-18 23:59",
        how: "到什么时候不再显示（北京时间）。只写日期时，当天仍然显示。不填就一直显示。",
    },
    Column {
        field: Field::Barcode,
        width: 18.0,
        format: TEXT,
        example: "6901234567892",
        how: "商品条码的全部数字（这一列是文本格式，数字不会变形）。",
    },
];

/// Builds the workbook and returns its bytes.
pub fn build() -> Result<Vec<u8>, TemplateError> {
    let mut book = Workbook::new();
    // A fixed date gives the same bytes every time
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    let properties =
        DocProperties::new().set_title("商品推荐表").set_author("智能云货架").set_creation_datetime(&made);
    book.set_properties(&properties);
    items(book.add_worksheet())?;
    guide(book.add_worksheet())?;
    Ok(book.save_to_buffer()?)
}

fn base() -> Format {
    Format::new().set_font_name(FONT).set_font_size(11).set_align(FormatAlign::VerticalCenter)
}

fn items(sheet: &mut Worksheet) -> Result<(), TemplateError> {
    let last = COLUMNS.len() as u16 - 1;
    sheet.set_name("商品推荐")?;
    sheet.set_screen_gridlines(true);

    let title = base()
        .set_font_size(18)
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(INK)
        .set_indent(1);
    let hint = base().set_font_size(10).set_font_color(GREY).set_background_color(PAPER).set_indent(1);
    // Merged over the columns visible at once, so that title and headings stay in view
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, "商品推荐表 · 智能云货架", &title)?;
    sheet.merge_range(
        HINT_ROW,
        0,
        HINT_ROW,
        last,
        "一行一个商品。红色两列必填，其余选填。第 5 行是示例，不会上架，可以删除。鼠标停在标题上有说明。",
        &hint,
    )?;
    let group = base().set_font_size(9).set_align(FormatAlign::Center).set_font_color(Color::White);
    sheet.merge_range(GROUP_ROW, 0, GROUP_ROW, 1, "必填", &group.clone().set_background_color(VERMILION))?;
    sheet.merge_range(GROUP_ROW, 2, GROUP_ROW, last, "选填", &group.set_background_color(GREY))?;
    for (row, height) in
        [(TITLE_ROW, 36), (HINT_ROW, 22), (GROUP_ROW, 16), (HEADING_ROW, 26), (EXAMPLE_ROW, 42)]
    {
        sheet.set_row_height(row, height)?;
    }

    for (index, column) in (0..).zip(&COLUMNS) {
        let color = if index < 2 { VERMILION } else { INK };
        let heading = base()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_font_color(color)
            .set_background_color(PAPER)
            .set_border(FormatBorder::Thin)
            .set_border_color(LINE);
        let align = match column.format {
            MONEY => FormatAlign::Right,
            NUMBER | TIME => FormatAlign::Center,
            _ => FormatAlign::Left,
        };
        let cell = base().set_num_format(column.format).set_text_wrap().set_align(align);
        let cell = if align == FormatAlign::Center { cell } else { cell.set_indent(1) };
        let example = cell
            .clone()
            .set_italic()
            .set_font_color(GREY)
            .set_border(FormatBorder::Thin)
            .set_border_color(LINE);
        sheet.set_column_width(index, column.width)?;
        sheet.set_column_format(index, &cell)?;
        sheet.write_string_with_format(HEADING_ROW, index, column.field.heading(), &heading)?;
        let note = Note::new(column.how)
            .set_author("智能云货架")
            .add_author_prefix(false)
            .set_width(260)
            .set_height(96);
        sheet.insert_note(HEADING_ROW, index, &note.set_font_name(FONT).set_font_size(10))?;
        match column.format {
            MONEY | NUMBER => {
                let number: f64 = column.example.parse().unwrap_or_default();
                sheet.write_number_with_format(EXAMPLE_ROW, index, number, &example)?;
            }
            TIME => {
                let when = ExcelDateTime::parse_from_str(&column.example.replace(' ', "T"))?;
                sheet.write_datetime_with_format(EXAMPLE_ROW, index, &when, &example)?;
            }
            _ => {
                // As text: a clickable link would open on every click meant to edit it
                sheet.write_string_with_format(EXAMPLE_ROW, index, column.example, &example)?;
            }
        };
        if let Some(validation) = validation(column)? {
            sheet.add_data_validation(EXAMPLE_ROW, index, LAST_ROW, index, &validation)?;
        }
    }
    sheet.set_freeze_panes(EXAMPLE_ROW, 1)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(HEADING_ROW, HEADING_ROW)?;
    sheet.set_active(true);
    Ok(())
}

/// Input validation while the person types. It warns but does not forbid: reading the table reports
/// every problem again, with the row.
fn validation(column: &Column) -> Result<Option<DataValidation>, XlsxError> {
    let rule = DataValidation::new().set_error_style(DataValidationErrorStyle::Warning);
    let first = EXAMPLE_ROW + 1;
    let rule = match column.field {
        Field::Price => rule.allow_decimal_number(DataValidationRule::GreaterThan(0.0)),
        Field::SalePrice => rule.allow_custom(Formula::new(format!(
            "=AND(ISNUMBER(D{first}),OR(C{first}=\"\",D{first}<C{first}))"
        ))),
        Field::Sort => rule.allow_whole_number(DataValidationRule::Between(0, 999_999)),
        Field::ListedFrom | Field::ListedUntil => {
            rule.allow_date(DataValidationRule::GreaterThan(ExcelDateTime::from_ymd(2020, 1, 1)?))
        }
        Field::Link => {
            rule.allow_custom(Formula::new(format!("=COUNTIF($B${first}:$B${},B{first})=1", LAST_ROW + 1)))
        }
        _ => return Ok(None),
    };
    let problem = match column.field {
        Field::Link => "这条链接前面已经填过了，请核对。",
        _ => column.how,
    };
    Ok(Some(rule.set_error_title("请核对")?.set_error_message(problem)?))
}

/// Writes the second sheet, which explains every column.
fn guide(sheet: &mut Worksheet) -> Result<(), TemplateError> {
    sheet.set_name("填写说明")?;
    sheet.set_screen_gridlines(false);
    let title = base()
        .set_font_size(16)
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(INK)
        .set_indent(1);
    sheet.merge_range(0, 0, 0, 3, "怎么填写", &title)?;
    sheet.set_row_height(0, 34)?;
    let ruled = base().set_border(FormatBorder::Thin).set_border_color(LINE).set_text_wrap();
    let heading = ruled.clone().set_bold().set_background_color(PAPER);
    for (column, (text, width)) in
        (0..).zip([("列", 12.0), ("要不要填", 12.0), ("怎么填", 72.0), ("例子", 52.0)])
    {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(1, column, text, &heading)?;
    }
    let mut row = 2;
    for (index, column) in COLUMNS.iter().enumerate() {
        let (need, color) = if index < 2 { ("必填", VERMILION) } else { ("选填", GREY) };
        sheet.write_string_with_format(row, 0, column.field.heading(), &ruled.clone().set_bold())?;
        sheet.write_string_with_format(row, 1, need, &ruled.clone().set_font_color(color))?;
        sheet.write_string_with_format(row, 2, column.how, &ruled)?;
        sheet.write_string_with_format(row, 3, column.example.trim_start_matches("示例："), &ruled)?;
        sheet.set_row_height(row, 34)?;
        row += 1;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let plain = base().set_text_wrap();
    for text in [
        "怎样复制链接：在电脑浏览器里打开天猫商品页，点一下地址栏，全选，复制，再粘贴到“链接”这一列。",
        "商品 ID 变成 7.62E+11 怎么办：先把这一列的单元格格式设为“文本”，再重新粘贴；已经变形的数字无法还原。",
        "列的顺序可以换，用不到的列可以删掉，也可以加自己的列；只有“商品”和“链接”两列不能少。",
        "填好后可以先检查：cloud-shelfctl check table 商品推荐表.xlsx，有问题的行会逐行列出来。",
    ] {
        row += 1;
        sheet.merge_range(row, 0, row, 3, text, &plain)?;
        sheet.set_row_height(row, 22)?;
    }
    Ok(())
}
