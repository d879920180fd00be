//! An allow-list for JSON documents: what is not named is left out.

use serde_json::{Map, Value};

/// Returns the values at these paths, such as `catalog.version`. A path includes everything below it.
pub fn pick(document: &Value, paths: &[&str]) -> Value {
    let mut picked = Value::Object(Map::new());
    for path in paths {
        let steps: Vec<&str> = path.split('.').collect();
        let found = steps.iter().try_fold(document, |value, step| value.get(step));
        if let Some(found) = found {
            put(&mut picked, &steps, found.clone());
        }
    }
    picked
}

fn put(target: &mut Value, steps: &[&str], value: Value) {
    let (Some((first, rest)), Some(object)) = (steps.split_first(), target.as_object_mut()) else {
        *target = value;
        return;
    };
    put(object.entry(*first).or_insert_with(|| Value::Object(Map::new())), rest, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_named_is_taken() {
        let document = json!({"a": 1, "b": {"c": [1, 2], "d": "secret"}, "e": {"f": {"g": true, "h": 0}}});
        let picked = pick(&document, &["a", "b.c", "e.f.g", "e.f.none", "x.y", "a.z"]);
        assert_eq!(picked, json!({"a": 1, "b": {"c": [1, 2]}, "e": {"f": {"g": true}}}));
        assert_eq!(pick(&document, &[]), json!({}));
        assert_eq!(pick(&json!("text"), &["a"]), json!({}));
    }
}
