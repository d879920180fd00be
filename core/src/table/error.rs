//! Why a whole file is not a table.

use crate::domain::Message;

/// A file of which no row can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {} MiB", super::MAX_FILE_BYTES >> 20)]
    TooLarge,
    #[error("the inflated file exceeds the limit")]
    Bomb,
    #[error("there are more than {} rows", super::limits::ROWS)]
    TooManyRows,
    #[error("not a table: {0}")]
    NotATable(&'static str),
    #[error("a web page or XML named like a table")]
    Markup,
    #[error("a binary workbook (xlsb)")]
    Xlsb,
    #[error("the workbook is protected by a password")]
    Encrypted,
    #[error("the file is damaged: {0}")]
    Damaged(String),
    #[error("no heading row with an item's title and link")]
    NoHeadings {
        /// Whether a title heading was found
        title: bool,
        /// Whether a link heading was found
        link: bool,
    },
}

impl TableError {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::TooLarge => "too_large",
            Self::Bomb => "too_large_inside",
            Self::TooManyRows => "too_many_rows",
            Self::NotATable(_) => "not_a_table",
            Self::Markup => "web_page",
            Self::Xlsb => "xlsb",
            Self::Encrypted => "encrypted",
            Self::Damaged(_) => "damaged",
            Self::NoHeadings { .. } => "no_headings",
        }
    }

    /// Says what is wrong and what to do.
    pub const fn message(&self) -> Message {
        let (zh, en) = match self {
            Self::Empty => (
                "文件是空的。请确认选对了文件，在表格软件里打开看一下再保存",
                "The file is empty. Check that it is the right one; open it, look, and save it again",
            ),
            Self::TooLarge => (
                "文件超过 64 MB。请压缩表格里的图片，或把图片单独放在文件夹里，表格里只写文件名",
                "The file is over 64 MB. Make its pictures smaller, or keep them in a folder and enter their file names",
            ),
            Self::Bomb => (
                "表格解开后太大，无法读取。请新建一个表格，只复制商品那几列过去，再保存",
                "The table's content is too large. Copy only the items' columns into a new table and save it",
            ),
            Self::TooManyRows => (
                "表格超过 10 万行。请删掉没有商品的行，或把表格分成几个文件",
                "The table has over 100,000 rows. Delete rows without items, or split it into several files",
            ),
            Self::NotATable(_) => (
                "这不是表格文件。请用 Excel、WPS 或 LibreOffice 另存为 .xlsx 再试",
                "This is not a table. Save it as .xlsx with Excel, WPS or LibreOffice",
            ),
            Self::Markup => (
                "这是网页或 XML，只是名字像表格（后台导出的 .xls 常这样）。请用 Excel 或 WPS 打开，另存为 .xlsx 再试",
                "This is a web page or XML file, only named like a table. Open it with Excel or WPS and save it as .xlsx",
            ),
            Self::Xlsb => (
                "这是二进制工作簿（.xlsb）。请用 Excel 另存为 .xlsx 再试",
                "This is a binary workbook (.xlsb). Save it as .xlsx with Excel",
            ),
            Self::Encrypted => (
                "表格有密码，打不开。请在 Excel 或 WPS 里取消密码，保存后再试",
                "The table has a password. Remove it in Excel or WPS and save the file",
            ),
            Self::Damaged(_) => (
                "文件已损坏或没有传完整。请用 Excel 或 WPS 打开，另存为新的 .xlsx 再试",
                "The file is damaged or was cut short. Open it with Excel or WPS and save it as a new .xlsx",
            ),
            Self::NoHeadings { title: true, link: false } => (
                "表格里有“商品”列，但没有“链接”列。请加一列，标题写“链接”，每行填商品的完整链接",
                "The table has a column 商品, but no column 链接. Add a column 链接 with each item's whole link",
            ),
            Self::NoHeadings { title: false, link: true } => (
                "表格里有“链接”列，但没有“商品”列。请加一列，标题写“商品”，每行填商品名称",
                "The table has a column 链接, but no column 商品. Add a column 商品 with each item's title",
            ),
            Self::NoHeadings { .. } => (
                "没有找到标题行。表格里要有“商品”和“链接”两列，标题写在同一行；可以用 cloud-shelfctl template 生成空表",
                "No heading row was found. The table needs the columns 商品 and 链接, with both headings in one row; \
                 cloud-shelfctl template creates an empty table",
            ),
        };
        Message::fixed(zh, en)
    }
}
