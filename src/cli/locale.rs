//! Derives the person's language from the locale.

use cloud_shelf_core::domain::Lang;

/// The first locale that is set decides: `en*` is English, anything else Chinese.
pub(super) fn lang(locale: &[Option<String>]) -> Lang {
    let set = locale.iter().flatten().next().map(|l| l.to_ascii_lowercase());
    if set.is_some_and(|l| l.starts_with("en")) { Lang::En } else { Lang::Zh }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_decides_and_chinese_is_the_default() {
        let lang = |names: [Option<&str>; 2]| lang(&names.map(|n| n.map(str::to_owned)));
        assert_eq!(lang([None, Some("en_GB.UTF-8")]), Lang::En);
        assert_eq!(lang([Some("zh_CN.UTF-8"), Some("en_GB.UTF-8")]), Lang::Zh);
        assert_eq!(lang([Some("C.UTF-8"), None]), Lang::Zh);
        assert_eq!(lang([Some("de_DE"), None]), Lang::Zh);
        assert_eq!(lang([None, None]), Lang::Zh);
    }
}
