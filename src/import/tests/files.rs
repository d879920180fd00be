//! Pictures by file name.

use super::{Shop, file, item};
use std::{fs, os::unix::fs::symlink};

/// Asserts the problem code for each name; `None` if the picture was found.
#[track_caller]
fn check(shop: &Shop, names: &[(&str, Option<&str>)]) {
    let items = names.iter().enumerate().map(|(n, (name, _))| item(n as u32 + 2, vec![file(name)])).collect();
    let report = shop.import(items).unwrap();
    for (n, (name, wanted)) in names.iter().enumerate() {
        let problem = report.problems.iter().find(|problem| problem.row == n as u32 + 2);
        assert_eq!(problem.map(|problem| problem.kind), *wanted, "{name:?}");
        if let Some(problem) = problem {
            assert_eq!(problem.column.as_deref(), Some("图片"));
            assert!(!problem.leaves_out && !problem.remedy.zh.is_empty() && !problem.remedy.en.is_empty());
        }
    }
    assert_eq!(report.items, names.len(), "a bad picture must not cost its item");
    assert_eq!(report.pictures + report.pictures_missing, names.len());
}

#[test]
fn names_are_found_as_people_write_them() {
    let shop = Shop::new();
    shop.picture("quarter-chroma.jpg", "奶粉.jpg");
    shop.picture("alpha.png", "Main.PNG");
    shop.picture("lossy.webp", "sub/folder/c.webp");
    shop.picture("plain.bmp", "图片/d.bmp");
    check(
        &shop,
        &[
            ("奶粉.jpg", None),
            (" 奶粉 ", None),
            ("main.png", None),
            ("MAIN", None),
            ("sub/folder/c.webp", None),
            ("Sub\\Folder\\C", None),
            ("./sub//folder/c", None),
            ("d.bmp", None),
            ("D", None),
            ("d.JPG", None),
            ("奶粉.png", None),
            ("nothing.jpg", Some("picture_missing")),
            ("sub", Some("picture_missing")),
            ("", Some("picture_missing")),
            (".", Some("picture_missing")),
            ("a\0b.jpg", Some("picture_missing")),
        ],
    );
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let shop = Shop::new();
    shop.picture("quarter-chroma.jpg", "inside.jpg");
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("secret.jpg");
    fs::write(&target, super::fixture_bytes("gray.jpg")).unwrap();
    symlink(&target, shop.folder().join("link.jpg")).unwrap();
    symlink(outside.path(), shop.folder().join("linked")).unwrap();
    symlink("inside.jpg", shop.folder().join("alias.jpg")).unwrap();
    let up = format!("../{}/secret.jpg", outside.path().file_name().unwrap().to_str().unwrap());
    check(
        &shop,
        &[
            (target.to_str().unwrap(), Some("picture_outside")),
            (&up, Some("picture_outside")),
            ("sub/../../secret.jpg", Some("picture_outside")),
            ("..\\secret.jpg", Some("picture_outside")),
            ("C:\\Users\\me\\a.jpg", Some("picture_outside")),
            ("link.jpg", Some("picture_outside")),
            ("linked/secret.jpg", Some("picture_outside")),
            ("alias.jpg", None),
            ("secret.jpg", Some("picture_missing")),
        ],
    );
}

#[test]
fn a_bad_file_costs_the_picture_only() {
    let shop = Shop::new();
    for name in ["truncated.jpg", "wide-bomb.png", "quarter-chroma.jpg"] {
        shop.picture(name, name);
    }
    fs::write(shop.folder().join("empty.jpg"), b"").unwrap();
    fs::write(shop.folder().join("page.jpg"), b"<html>").unwrap();
    fs::write(shop.folder().join("phone.jpg"), b"\0\0\0\x18ftypheic\0\0\0\0").unwrap();
    fs::File::create(shop.folder().join("huge.jpg")).unwrap().set_len(21 << 20).unwrap();
    fs::create_dir(shop.folder().join("folder.jpg")).unwrap();
    let pipe = shop.folder().join("pipe.jpg");
    let _ = std::process::Command::new("mkfifo").arg(&pipe).status();
    check(
        &shop,
        &[
            ("truncated.jpg", Some("picture_truncated")),
            ("wide-bomb.png", Some("picture_too_many_pixels")),
            ("empty.jpg", Some("picture_empty")),
            ("page.jpg", Some("not_a_picture")),
            ("phone.jpg", Some("picture_unsupported")),
            ("huge.jpg", Some("picture_file_too_large")),
            ("folder.jpg", Some("picture_missing")),
            ("pipe.jpg", Some("picture_missing")),
            ("quarter-chroma.jpg", None),
        ],
    );
}
