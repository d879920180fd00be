//! Parses the lines of `nmcli --terse`: fields separated by colons; a colon or a backslash inside a field is
//! escaped with a backslash (nmcli(1), `--escape`). Pure.

/// Splits a line into its fields.
pub fn fields(line: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let literal = match character {
            ':' => {
                found.push(String::new());
                continue;
            }
            '\\' => characters.next(),
            other => Some(other),
        };
        found.last_mut().expect("starts with one field").extend(literal);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn examples() {
        for (line, expected) in [
            ("", vec![""]),
            ("a:b", vec!["a", "b"]),
            ("*:my\\:shop:70:WPA2", vec!["*", "my:shop", "70", "WPA2"]),
            (" :back\\\\slash:", vec![" ", "back\\slash", ""]),
            ("cut\\", vec!["cut"]),
        ] {
            assert_eq!(fields(line), expected, "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_back(values in prop::collection::vec("\\PC{0,12}", 1..6)) {
            let escape = |value: &String| value.replace('\\', "\\\\").replace(':', "\\:");
            let line = values.iter().map(escape).collect::<Vec<_>>().join(":");
            prop_assert_eq!(fields(&line), values);
        }

        #[test]
        fn any_line_is_read(line in "[a:\\\\é]{0,40}") {
            prop_assert!(fields(&line).len() <= line.matches(':').count() + 1);
        }
    }
}
