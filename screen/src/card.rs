//! An item as the pages show it: pure mapping from the catalog.

use super::glyphs::drawable;
use cloud_shelf_core::domain::{Item, Price, Rgb};
use cloud_shelf_ui::CardView;
use slint::SharedString;

/// The view of an item, without its picture.
pub fn view(index: usize, item: &Item) -> CardView {
    let shown = item.sale_price.or(item.price);
    let list = item.sale_price.and(item.price);
    let (yuan, fen) = shown.map(figures).unwrap_or_default();
    let title = drawable(&item.title);
    let tint = item.pictures.first().map_or(Rgb(0xDE, 0xDA, 0xD2), |picture| picture.color);
    CardView {
        index: i32::try_from(index).unwrap_or(-1),
        title: title.as_ref().into(),
        has_price: shown.is_some(),
        yuan,
        fen,
        list_price: list.map(|price| price.to_string().into()).unwrap_or_default(),
        designed: item.pictures.is_empty(),
        initials: initials(&title).into(),
        tint: color(tint),
        ..CardView::default()
    }
}

pub fn color(rgb: Rgb) -> slint::Color {
    slint::Color::from_rgb_u8(rgb.0, rgb.1, rgb.2)
}

fn figures(price: Price) -> (SharedString, SharedString) {
    let (yuan, fen) = price.parts();
    let fen = if fen == 0 { SharedString::new() } else { slint::format!("{fen:02}") };
    (slint::format!("{yuan}"), fen)
}

/// What a designed card shows: the title's first two Chinese characters, or its first word's
/// first letter, past any bracketed promotion.
pub fn initials(title: &str) -> String {
    let mut rest = title.trim_start();
    while let Some((open, close)) =
        [('【', '】'), ('[', ']'), ('（', '）'), ('(', ')')].into_iter().find(|pair| rest.starts_with(pair.0))
    {
        let after = rest.split_once(close).map_or(&rest[open.len_utf8()..], |(_, after)| after);
        if after.trim().is_empty() {
            break;
        }
        rest = after.trim_start();
    }
    let mut letters = rest.chars().filter(|c| c.is_alphanumeric());
    match letters.next() {
        Some(first) if first.is_ascii() => first.to_uppercase().collect(),
        Some(first) => {
            let second = letters.next().filter(|c| !c.is_ascii());
            std::iter::once(first).chain(second).collect()
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::domain::{ItemHost, ItemId, ItemLink};

    fn item(price: Option<&str>, sale: Option<&str>) -> Item {
        Item {
            link: ItemLink { host: ItemHost::Tmall, item: ItemId::parse("567812345678").unwrap(), sku: None },
            title: "手作白瓷盖碗".into(),
            price: price.map(|p| Price::parse(p).unwrap()),
            sale_price: sale.map(|p| Price::parse(p).unwrap()),
            selling_points: vec![],
            category: None,
            pictures: vec![],
            barcode: None,
            listed_from: None,
            listed_until: None,
        }
    }

    #[test]
    fn the_sale_price_leads_and_the_list_price_is_struck_through() {
        for (price, sale, yuan, fen, list) in [
            (Some("199"), Some("99.9"), "99", "90", "¥199"),
            (Some("199.05"), None, "199", "05", ""),
            (None, Some("99"), "99", "", ""),
            (None, None, "", "", ""),
        ] {
            let view = view(3, &item(price, sale));
            assert_eq!((view.yuan.as_str(), view.fen.as_str(), view.list_price.as_str()), (yuan, fen, list));
            assert_eq!(view.has_price, !yuan.is_empty());
        }
    }

    #[test]
    fn initials_are_the_first_that_mean_something() {
        for (title, expected) in [
            ("手作白瓷盖碗", "手作"),
            ("【新品】手作白瓷盖碗", "手作"),
            ("【新品】【包邮】 (限量)手作", "手作"),
            ("Candle 蜡烛", "C"),
            ("茶 set", "茶"),
            ("【新品】", "新品"),
            ("“茶”香", "茶香"),
            ("！！！", ""),
            ("", ""),
        ] {
            assert_eq!(initials(title), expected, "{title}");
        }
    }
}
