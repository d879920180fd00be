//! The files of a crate, and which of them name which: read from their `use` lines and paths.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// The segments of a path: `crate::a::b` as `["crate", "a", "b"]`, a module's without `crate`.
pub type Segments = Vec<String>;

pub struct Crate {
    pub folder: &'static str,
    modules: BTreeMap<Segments, Module>,
}

struct Module {
    file: PathBuf,
    /// Every path in the file, and its line
    paths: Vec<(usize, Segments)>,
    /// What its `use` lines bring into it, under which name
    imports: BTreeMap<String, Segments>,
}

/// One file that names another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub from: Segments,
    pub to: Segments,
    pub file: PathBuf,
    pub line: usize,
}

impl Crate {
    /// Reads the crate whose root is the file of that name in a folder. `roots` are the folder's other
    /// roots, whose modules are not its own. Tests count if they are asked for.
    pub fn read(folder: &'static str, root: &str, roots: &[&str], with_tests: bool) -> Self {
        let mut modules = BTreeMap::new();
        for (file, text) in super::files(folder, "rs") {
            let inner = file.strip_prefix(folder).unwrap().with_extension("");
            let mut path: Segments =
                inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            if path.last().is_some_and(|name| name == "mod") {
                path.pop();
            }
            let is_test = path.iter().any(|name| is_test(name));
            if roots.iter().any(|other| path.first().is_some_and(|first| first == other))
                || is_test && !with_tests
            {
                continue;
            }
            if path == [root] {
                path.clear();
            }
            let text = if with_tests { &text } else { super::without_tests(&text) };
            modules.insert(path, Module::of(file, text));
        }
        Self { folder, modules }
    }

    /// The program of the kiosk, whose folder it shares with the unit's library.
    pub fn kiosk(with_tests: bool) -> Self {
        let mut own = Self::read("src", "main", &[], with_tests);
        own.modules.retain(|path, _| path.first().is_none_or(|first| first == "app" || first == "splash"));
        own
    }

    /// All files, as modules; the root's is empty.
    pub fn modules(&self) -> impl Iterator<Item = &Segments> {
        self.modules.keys()
    }

    /// Which file names which.
    pub fn edges(&self) -> BTreeSet<Edge> {
        let mut edges = BTreeSet::new();
        for (own, module) in &self.modules {
            for (line, path) in &module.paths {
                let named = self.absolute(own, path).and_then(|path| self.home(path, 0));
                if let Some(to) = named.filter(|to| to != own) {
                    edges.insert(Edge { from: own.clone(), to, file: module.file.clone(), line: *line });
                }
            }
        }
        edges
    }

    /// A path as it is from the crate's root; `None` for another crate's.
    fn absolute(&self, own: &Segments, path: &[String]) -> Option<Segments> {
        let supers = path.iter().take_while(|part| *part == "super").count();
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([own, &path[1..]].concat()),
            "super" => Some([own.get(..own.len().checked_sub(supers)?)?, &path[supers..]].concat()),
            child => {
                let below = [own.as_slice(), &[child.to_owned()]].concat();
                self.modules.contains_key(&below).then(|| [own, path].concat())
            }
        }
    }

    /// The module in whose file it is written what a path names, through what others only pass on.
    fn home(&self, path: Segments, depth: usize) -> Option<Segments> {
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        let (module, rest) = path.split_at(length);
        let passed_on = rest.first().and_then(|name| self.modules[module].imports.get(name));
        match passed_on {
            Some(target) if depth < 8 => {
                let target = self.absolute(&module.to_vec(), target)?;
                self.home([target, rest[1..].to_vec()].concat(), depth + 1)
            }
            _ => Some(module.to_vec()),
        }
    }
}

impl Module {
    fn of(file: PathBuf, text: &str) -> Self {
        let code = code(text);
        let (mut paths, mut imports) = (vec![], BTreeMap::new());
        for (line, statement) in statements(&code) {
            let (passes_on, tree) = statement;
            for (path, name) in leaves(&tree, &[]) {
                // What is only passed on is at home elsewhere, and whoever names it finds it there
                if !passes_on {
                    paths.push((line, path.clone()));
                }
                imports.insert(name, path);
            }
        }
        paths.extend(inline(&code));
        Self { file, paths, imports }
    }
}

/// Whether a module of that name is a test's.
fn is_test(name: &str) -> bool {
    name == "tests" || name.ends_with("_tests")
}

/// The text without comments, and with empty strings; its lines stay where they are.
pub fn code(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let raw = rest.strip_prefix('r').map(|after| after.len() - after.trim_start_matches('#').len());
        let is_raw = raw.is_some_and(|hashes| rest[1 + hashes..].starts_with('"'))
            && !code.ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if is_raw {
            let hashes = raw.unwrap_or_default();
            let end = format!("\"{}", "#".repeat(hashes));
            let inside = &rest[2 + hashes..];
            2 + hashes + inside.find(&end).map_or(inside.len(), |at| at + end.len())
        } else if c == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |at| at + 2)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        code.extend(rest[..length].chars().filter(|c| *c == '\n'));
        rest = &rest[length..];
    }
    code
}

/// The `use` statements: their lines, whether they pass on what they name, and their trees.
fn statements(code: &str) -> Vec<(usize, (bool, String))> {
    let mut found = vec![];
    let mut line = 1;
    let mut lines = code.split_inclusive('\n');
    while let Some(first) = lines.next() {
        let start = line;
        line += 1;
        let trimmed = first.trim_start();
        let after_pub = trimmed.strip_prefix("pub").map(|rest| {
            let rest = rest.trim_start();
            rest.strip_prefix('(')
                .and_then(|rest| rest.split_once(')'))
                .map_or(rest, |(_, rest)| rest)
                .trim_start()
        });
        let Some(tree) = after_pub.unwrap_or(trimmed).strip_prefix("use ") else { continue };
        let mut tree = tree.to_owned();
        while !tree.contains(';') {
            let Some(next) = lines.next() else { break };
            line += 1;
            tree.push_str(next);
        }
        let tree = tree.split(';').next().unwrap_or_default().to_owned();
        found.push((start, (after_pub.is_some(), tree)));
    }
    found
}

/// The paths of a `use` tree, each with the name that it has from then on.
fn leaves(tree: &str, before: &[String]) -> Vec<(Segments, String)> {
    let tree = tree.trim();
    if let Some(inside) = tree.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let (mut found, mut depth, mut start) = (vec![], 0, 0);
        for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !inside[start..at].trim().is_empty() {
                        found.extend(leaves(&inside[start..at], before));
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
        return found;
    }
    let brace = tree.find('{').unwrap_or(tree.len());
    if let Some((head, rest)) = tree.split_once("::").filter(|(head, _)| head.len() < brace) {
        return leaves(rest, &[before, &[head.trim().to_owned()]].concat());
    }
    let (name, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    let (name, alias) = (name.trim(), alias.trim());
    let path = if name == "self" { before.to_vec() } else { [before, &[name.to_owned()]].concat() };
    let known = if alias.is_empty() { path.last().cloned().unwrap_or_default() } else { alias.to_owned() };
    vec![(path, known)]
}

/// The paths outside `use` statements.
fn inline(code: &str) -> Vec<(usize, Segments)> {
    let mut found = vec![];
    let mut in_use = false;
    for (number, line) in code.lines().enumerate() {
        let trimmed = line.trim_start();
        let bare = trimmed.strip_prefix("pub ").unwrap_or(trimmed);
        in_use |= bare.starts_with("use ") || trimmed.starts_with("pub(") && trimmed.contains(") use ");
        if !in_use {
            // Who may see something is no use of it
            let line = line.split("pub(in ").enumerate();
            let line: String = line
                .map(
                    |(place, part)| {
                        if place == 0 { part } else { part.split_once(')').unwrap_or_default().1 }
                    },
                )
                .collect();
            for word in line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
                let word = word.trim_start_matches(':');
                if word.contains("::") {
                    let path = word.split("::").filter(|part| !part.is_empty() && !part.contains(':'));
                    found.push((number + 1, path.map(str::to_owned).collect()));
                }
            }
        }
        if line.contains(';') {
            in_use = false;
        }
    }
    found.retain(|(_, path): &(usize, Segments)| path.len() > 1);
    found
}

/// `a/b` for a module, and the crate's own name for its root.
pub fn name(module: &[String]) -> String {
    if module.is_empty() { "(root)".to_owned() } else { module.join("/") }
}

#[test]
fn paths_are_found_in_all_their_forms() {
    let text = "use crate::{\n    a::{self, b},\n    c as d,\n};\n// use crate::no;\nlet x = super::super::f::g(\"crate::no\");\nlet y: h::I = r#\"crate::no\"#;\npub use i::J;";
    let module = Module::of(PathBuf::new(), text);
    let found: Vec<_> = module.paths.iter().map(|(line, path)| (*line, path.join("::"))).collect();
    let expected =
        [(1, "crate::a"), (1, "crate::a::b"), (1, "crate::c"), (6, "super::super::f::g"), (7, "h::I")];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    assert_eq!(module.imports["d"], ["crate", "c"]);
    assert_eq!(module.imports["J"], ["i", "J"], "passed on, and at home elsewhere");
}
