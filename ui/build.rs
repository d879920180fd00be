//! Compiles the pages and bundles their translations.

fn main() {
    let config = slint_build::CompilerConfiguration::new()
        .with_bundled_translations("lang")
        .with_default_translation_context(slint_build::DefaultTranslationContext::None)
        // Tests find elements by their names
        .with_debug_info(std::env::var_os("PROFILE").is_some_and(|profile| profile == "debug"));
    slint_build::compile_with_config("app-window.slint", config).expect("the pages compile");
    println!("cargo:rerun-if-changed=lang");
}
