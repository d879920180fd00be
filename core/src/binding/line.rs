//! The line that a brand sends in a chat: `启赋品牌，门店id：184454101，设备id:8F6A77C73E`.
//!
//! People send it with any punctuation, in any order, over several lines, several at once, and with other
//! text around it. A code without a brand or a store inherits that of the code before it, with a warning.

use super::token::{Token, tokens};
use crate::domain::{Binding, CodeError, DeviceId, Message, StoreId, text};

/// Upper bound on the text, in bytes; a chat message is far shorter.
const MAX_BYTES: usize = 256 * 1024;
/// More than any brand has units.
const MAX_BINDINGS: usize = 10_000;
const MAX_BRAND_CHARS: usize = 40;

/// A binding found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingLine {
    pub binding: Binding,
    /// What to check before using it
    pub warnings: Vec<Message>,
}

/// Why a part of a text is not a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineProblemKind {
    /// No code in the whole text
    NoCodes,
    NoStore,
    NoDevice,
    /// A code or a brand is still the template's own `xxx`
    Placeholder,
    BadStore,
    BadDevice,
    TooLong,
}

impl LineProblemKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoCodes => "no_codes",
            Self::NoStore => "no_store_id",
            Self::NoDevice => "no_device_id",
            Self::Placeholder => "placeholder",
            Self::BadStore => "bad_store_id",
            Self::BadDevice => "bad_device_id",
            Self::TooLong => "too_long",
        }
    }
}

/// A part of a text that is not a valid binding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}", remedy.en)]
pub struct LineProblem {
    /// 1-based
    pub line: usize,
    pub kind: LineProblemKind,
    /// What is wrong and what to do
    pub remedy: Message,
}

/// All bindings and problems found in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BindingLines {
    pub bindings: Vec<BindingLine>,
    pub problems: Vec<LineProblem>,
}

impl BindingLines {
    /// Adds a warning to each binding if the typed text contained hidden characters.
    fn warn_of_hidden(&mut self, typed: &str) {
        if !text::needs_warning(typed) {
            return;
        }
        let words = Message::fixed(
            "这段文字里有看不见的控制字符，已经去掉，请核对品牌、门店码和设备码",
            "The text held characters that cannot be seen; they were left out. Check the brand and both codes",
        );
        for line in &mut self.bindings {
            if !line.warnings.contains(&words) {
                line.warnings.push(words.clone());
            }
        }
    }
}

/// Finds every binding in a text.
pub fn parse(text: &str) -> BindingLines {
    let mut lines = BindingLines::default();
    if text.len() > MAX_BYTES {
        lines.problems.push(problem(
            1,
            LineProblemKind::TooLong,
            "内容太长，请只发送门店码和设备码那一行",
            "The text is too long. Send only the line with the store code and the device code",
        ));
        return lines;
    }
    let mut group = Group::default();
    let mut last: Option<Group> = None;
    let mut line = 1;
    for token in tokens(text) {
        if lines.bindings.len() + lines.problems.len() >= MAX_BINDINGS {
            return lines;
        }
        if token == Token::LineEnd {
            // A binding may span several lines, but ends with the line that completes it
            if group.store.is_some() && group.device.is_some() {
                last = group.close(last.as_ref(), &mut lines);
                group = Group::default();
            }
            line += 1;
            continue;
        }
        if group.has(&token) {
            last = group.close(last.as_ref(), &mut lines);
            group = Group::default();
        }
        group.line.get_or_insert(line);
        match token {
            Token::Brand(name) => group.brand = Some(name),
            Token::Store(code) => group.store = Some(code),
            Token::Device(code) => group.device = Some(code),
            Token::LineEnd => {}
        }
    }
    group.close(last.as_ref(), &mut lines);
    lines.warn_of_hidden(text);
    if lines.bindings.is_empty() && lines.problems.is_empty() {
        lines.problems.push(problem(
            1,
            LineProblemKind::NoCodes,
            "没有找到门店码和设备码。请按这个样子填写：启赋品牌，门店id：184454101，设备id:8F6A77C73E",
            "There is no store code and no device code. Write it like this: \
             启赋品牌，门店id：184454101，设备id:8F6A77C73E",
        ));
    }
    lines
}

/// Checks three values given one by one, as if they had come in a line.
pub fn from_parts(brand: &str, store: &str, device: &str) -> BindingLines {
    let mut lines = BindingLines::default();
    let typed = [brand, store, device];
    let [brand, store, device] = typed.map(text::one_line);
    let brand = brand.trim_end_matches("品牌").trim_end();
    let group = Group {
        line: Some(1),
        brand: (!brand.is_empty()).then(|| brand.to_owned()),
        store: Some(store),
        device: Some(device),
    };
    group.close(None, &mut lines);
    typed.iter().for_each(|text| lines.warn_of_hidden(text));
    lines
}

/// The pieces of one binding, as they are collected.
#[derive(Clone, Default)]
struct Group {
    line: Option<usize>,
    brand: Option<String>,
    store: Option<String>,
    device: Option<String>,
}

impl Group {
    fn has(&self, token: &Token) -> bool {
        match token {
            // A brand after the codes belongs to them if they have none yet
            Token::Brand(_) => self.brand.is_some(),
            Token::Store(_) => self.store.is_some(),
            Token::Device(_) => self.device.is_some(),
            Token::LineEnd => false,
        }
    }

    /// Checks the collected pieces and returns what the following group may inherit.
    fn close(self, last: Option<&Self>, lines: &mut BindingLines) -> Option<Self> {
        let Some(line) = self.line else { return last.cloned() };
        if self.store.is_none() && self.device.is_none() {
            // A brand alone is a heading over the lines that follow
            return Some(self);
        }
        let mut warnings = Vec::new();
        // Inherit the brand from a heading or from the codes before
        let brand = match (self.brand, last.and_then(|l| l.brand.clone())) {
            (Some(own), _) => own,
            (None, Some(above)) => {
                if last.is_some_and(|l| l.device.is_some()) {
                    warnings.push(Message::new(
                        format!("这一条没有写品牌，沿用了上一条的“{above}”，请核对"),
                        format!("This binding names no brand; the one before it, “{above}”, was used. Please check"),
                    ));
                }
                above
            }
            (None, None) => {
                warnings.push(Message::fixed(
                    "没有写品牌名，请核对是哪个品牌的货架",
                    "No brand is named; please check whose shelf this is",
                ));
                String::new()
            }
        };
        let store = match (self.store, last.and_then(|l| l.store.clone())) {
            (Some(own), _) => own,
            (None, Some(above)) => {
                warnings.push(Message::new(
                    format!("这一条没有写门店码，沿用了上一条的 {above}，请核对"),
                    format!(
                        "This binding names no store code; the one before it, {above}, was used. Please check"
                    ),
                ));
                above
            }
            (None, None) => String::new(),
        };
        let device = self.device.unwrap_or_default();
        let keep = Self {
            line: Some(line),
            brand: (!brand.is_empty()).then(|| brand.clone()),
            store: (!store.is_empty()).then(|| store.clone()),
            device: Some(device.clone()),
        };
        match validate(line, &brand, &store, &device) {
            Ok(binding) => {
                warnings.extend(binding.warnings());
                let same = |other: &BindingLine| other.binding == binding;
                if !lines.bindings.iter().any(same) {
                    lines.bindings.push(BindingLine { binding, warnings });
                }
            }
            Err(problems) => lines.problems.extend(problems),
        }
        Some(keep)
    }
}

fn validate(line: usize, brand: &str, store: &str, device: &str) -> Result<Binding, Vec<LineProblem>> {
    let mut problems = Vec::new();
    if is_placeholder(brand) || brand.chars().count() > MAX_BRAND_CHARS {
        let kind = LineProblemKind::Placeholder;
        let shown: String = brand.chars().take(MAX_BRAND_CHARS).collect();
        problems.push(problem(
            line,
            kind,
            format!("品牌名“{shown}”还是模板里的占位文字，或者太长。请换成真正的品牌名，例如“启赋品牌”"),
            format!("The brand “{shown}” is the template's own or too long. Put the brand's real name"),
        ));
    }
    let store = StoreId::parse(store).map_err(|error| problems.push(bad_store(line, error))).ok();
    let device = DeviceId::parse(device).map_err(|error| problems.push(bad_device(line, error))).ok();
    match (store, device) {
        (Some(store), Some(device)) if problems.is_empty() => {
            Ok(Binding { brand: brand.to_owned(), store, device })
        }
        _ => Err(problems),
    }
}

/// Returns whether a brand is a template's blank: `xx`, `某某`, `***`.
fn is_placeholder(brand: &str) -> bool {
    let blank = |c: char| {
        matches!(c, 'x' | 'X' | '×' | '✕' | '*' | '某' | '_' | '?' | '○' | '〇' | '#') || c.is_whitespace()
    };
    !brand.is_empty() && brand.chars().all(blank)
}

fn bad_store(line: usize, error: CodeError) -> LineProblem {
    match error {
        CodeError::Empty => problem(
            line,
            LineProblemKind::NoStore,
            "没有找到门店码。请补上“门店id：”和一串数字（在智慧门店后台的门店列表里）",
            "The store code is missing. Add “门店id：” and its digits (they are in the list of stores of the back office)",
        ),
        CodeError::Placeholder => problem(
            line,
            LineProblemKind::Placeholder,
            "门店码还是模板里的 xxx，请换成真正的门店码（一串数字）",
            "The store code is still the template's xxx. Put the real one (digits)",
        ),
        CodeError::TooLong | CodeError::BadCharacter => problem(
            line,
            LineProblemKind::BadStore,
            "门店码不对：太长或带有特殊字符。请重新复制智慧门店后台里的门店码",
            "The store code is too long or has odd characters. Copy it from the back office again",
        ),
    }
}

fn bad_device(line: usize, error: CodeError) -> LineProblem {
    match error {
        CodeError::Empty => problem(
            line,
            LineProblemKind::NoDevice,
            "没有找到设备码。请补上“设备id：”和 10 位设备码（在智慧门店后台的设备列表里，叫“设备初始Code”）",
            "The device code is missing. Add “设备id：” and its 10 characters (设备初始Code in the list of devices)",
        ),
        CodeError::Placeholder => problem(
            line,
            LineProblemKind::Placeholder,
            "设备码还是模板里的 xxx，请换成真正的设备码（10 位）",
            "The device code is still the template's xxx. Put the real one (10 characters)",
        ),
        CodeError::TooLong | CodeError::BadCharacter => problem(
            line,
            LineProblemKind::BadDevice,
            "设备码不对：太长或带有特殊字符。请重新复制智慧门店后台里的“设备初始Code”",
            "The device code is too long or has odd characters. Copy 设备初始Code from the back office again",
        ),
    }
}

fn problem(
    line: usize,
    kind: LineProblemKind,
    zh: impl Into<std::borrow::Cow<'static, str>>,
    en: impl Into<std::borrow::Cow<'static, str>>,
) -> LineProblem {
    LineProblem { line, kind, remedy: Message::new(zh, en) }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
