fn main() {
    let config = slint_build::CompilerConfiguration::new();
    slint_build::compile_with_config("app-window.slint", config).expect("the pages compile");
}
