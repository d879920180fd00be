//! How the programs are linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A megabyte less of relocations; every glibc since Debian 12's reads them
    if std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
