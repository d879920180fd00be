//! Which GPUs draw, and what their renderer draws on.

pub mod fake;

use super::{Context, Drawn, GpuChoice, NoGpu, Surface, turned::Turned};
use cloud_shelf_core::panel::{GpuTrial, Renderer, Rotation};
use fake::driver;
use i_slint_renderer_femtovg::opengl::OpenGLInterface as _;
use std::{
    ffi::CStr,
    fs::File,
    os::fd::AsFd as _,
    rc::Rc,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PANEL: (u16, u16) = (1920, 1080);

/// A choice on a machine of its own.
struct Machine {
    root: TempDir,
    choice: GpuChoice,
}

impl Machine {
    fn new(wanted: Renderer, has_gpu: bool) -> Self {
        let root = tempfile::tempdir().unwrap();
        let trial = GpuTrial::new(root.path().join("gpu-tries"));
        let choice = GpuChoice::new(fake::stack(&root, has_gpu), wanted, trial);
        Self { root, choice }
    }

    fn tries(&self) -> Option<String> {
        std::fs::read_to_string(self.root.path().join("gpu-tries")).ok()
    }

    fn open(&mut self, rotation: Rotation, now: Instant) -> Option<Rc<Surface>> {
        let card = File::open("/dev/null").unwrap();
        self.choice.open(card.as_fd(), PANEL, rotation, now)
    }
}

fn failed(detail: &str) -> NoGpu {
    NoGpu::Failed(detail.to_owned())
}

#[test]
fn what_draws_and_what_does_not() {
    let v3d = Ok("V3D 4.2.14.0".to_owned());
    let llvmpipe = c"llvmpipe (LLVM 15.0.6, 256 bits)";
    let named = |name: &CStr| name.to_str().unwrap().to_owned();
    for (what, wanted, has_gpu, renderer, failing, expected) in [
        ("a GPU", Renderer::Auto, true, c"V3D 4.2.14.0", "", v3d.clone()),
        ("a GPU by choice", Renderer::Gpu, true, c"V3D 4.2.14.0", "", v3d.clone()),
        ("software by choice", Renderer::Software, true, c"V3D 4.2.14.0", "", Err(NoGpu::NotWanted)),
        ("no GPU", Renderer::Auto, false, c"V3D 4.2.14.0", "", Err(NoGpu::NoHardware)),
        ("a GPU that the kernel does not list", Renderer::Gpu, false, c"V3D 4.2.14.0", "", v3d),
        ("no driver", Renderer::Auto, true, llvmpipe, "", Err(NoGpu::NoDriver(named(llvmpipe)))),
        ("software called a GPU by choice", Renderer::Gpu, true, llvmpipe, "", Ok(named(llvmpipe))),
        (
            "no Mesa",
            Renderer::Auto,
            true,
            c"",
            "libEGL.so.1",
            Err(NoGpu::NotInstalled("libEGL.so.1: cannot open shared object file".to_owned())),
        ),
    ] {
        driver(|driver| (driver.renderer, driver.failing) = (renderer, failing));
        let mut machine = Machine::new(wanted, has_gpu);
        let surface = machine.open(Rotation::None, Instant::now());
        assert_eq!(*machine.choice.result(), expected, "{what}");
        assert_eq!(surface.is_some(), expected.is_ok(), "{what}");
        // What has not drawn is no suspect at the next start
        assert_eq!(machine.tries().is_some(), expected.is_ok(), "{what}");
        drop(surface);
        assert_eq!(driver(|driver| driver.alive), 0, "{what}");
    }
}

#[test]
fn whatever_fails_software_draws_and_nothing_is_left_behind() {
    for (failing, detail) in [
        ("gbm_create_device", "gbm_create_device gives nothing"),
        ("gbm_surface_create", "gbm_surface_create gives nothing"),
        ("eglGetPlatformDisplay", "eglGetPlatformDisplay gives nothing"),
        ("eglInitialize", "eglInitialize: EGL error 0x3006"),
        ("eglBindAPI", "eglBindAPI: EGL error 0x3006"),
        ("eglChooseConfig", "eglChooseConfig: EGL error 0x3006"),
        ("eglGetConfigAttrib", "no suitable EGL config"),
        ("eglCreateContext", "eglCreateContext gives nothing"),
        ("eglCreateWindowSurface", "eglCreateWindowSurface gives nothing"),
        ("eglMakeCurrent", "eglMakeCurrent: EGL error 0x3006"),
        ("glCheckFramebufferStatus", "no picture to draw on: 0x8cdd"),
        ("glLinkProgram", ""),
    ] {
        driver(|driver| driver.failing = failing);
        let mut machine = Machine::new(Renderer::Auto, true);
        assert!(machine.open(Rotation::Quarter, Instant::now()).is_none(), "{failing}");
        assert_eq!(*machine.choice.result(), Err(failed(detail)), "{failing}");
        assert_eq!(driver(|driver| driver.alive), 0, "{failing}");
        assert_eq!(machine.tries(), None, "{failing}");
    }
}

#[test]
fn a_context_that_answers_nonsense_is_not_drawn_in() {
    let mut machine = Machine::new(Renderer::Auto, true);
    driver(|driver| driver.largest_texture = 1024);
    assert!(machine.open(Rotation::None, Instant::now()).is_none());
    assert_eq!(*machine.choice.result(), Err(failed("no picture may be larger than 1024 pixels")));
    driver(|driver| driver.version = None);
    assert!(machine.open(Rotation::None, Instant::now()).is_none());
    let Err(NoGpu::Failed(detail)) = machine.choice.result() else { panic!() };
    assert!(detail.starts_with("panicked: "), "{detail}");
    assert_eq!(driver(|driver| driver.alive), 0);
}

#[test]
fn after_three_starts_without_a_minute_of_frames_software_draws() {
    let start = Instant::now();
    let mut machine = Machine::new(Renderer::Auto, true);
    for tries in 1..=3 {
        assert!(machine.open(Rotation::None, start).is_some());
        assert_eq!(machine.tries().unwrap(), tries.to_string());
        // The program ends here and starts again
        let trial = GpuTrial::new(machine.root.path().join("gpu-tries"));
        let stack = super::GpuStack { root: machine.root.path().to_owned(), load: fake::load };
        machine.choice = GpuChoice::new(stack, Renderer::Auto, trial);
    }
    assert!(machine.open(Rotation::None, start).is_none());
    assert_eq!(*machine.choice.result(), Err(NoGpu::Suspect));
}

#[test]
fn a_minute_of_frames_is_proof() {
    let start = Instant::now();
    let mut machine = Machine::new(Renderer::Auto, true);
    machine.open(Rotation::None, start).unwrap();
    machine.choice.note_drawn(start + Duration::from_secs(59));
    assert!(machine.tries().is_some());
    machine.choice.note_drawn(start + Duration::from_secs(60));
    assert_eq!(machine.tries(), None);
}

#[test]
fn what_has_failed_is_left_until_somebody_chooses_anew() {
    let now = Instant::now();
    let mut machine = Machine::new(Renderer::Auto, true);
    machine.open(Rotation::None, now).unwrap();
    machine.choice.give_up("it hangs");
    assert_eq!(machine.tries(), None);
    assert!(machine.open(Rotation::None, now).is_none());
    assert_eq!(*machine.choice.result(), Err(failed("it hangs")));
    machine.choice.choose(Renderer::Auto);
    assert!(machine.open(Rotation::None, now).is_some());
}

/// Does what a renderer does for a frame.
pub fn end_frame(surface: &Rc<Surface>) -> Result<(), String> {
    let context = Context(surface.clone());
    context.ensure_current().map_err(|error| error.to_string())?;
    bind_window(&context);
    context.swap_buffers().map_err(|error| error.to_string())
}

fn bind_window(context: &Context) {
    let function = context.get_proc_address(c"glBindFramebuffer");
    // SAFETY: that is the type of the function of this name, and the fake driver takes any framebuffer.
    unsafe {
        let bind =
            std::mem::transmute::<*const std::ffi::c_void, unsafe extern "system" fn(u32, u32)>(function);
        bind(glow::FRAMEBUFFER, 0);
    }
}

#[test]
fn framebuffer_0_is_redirected_while_the_picture_is_turned() {
    let mut machine = Machine::new(Renderer::Auto, true);
    let surface = machine.open(Rotation::None, Instant::now()).unwrap();
    let context = Context(surface.clone());
    let bound = || driver(|driver| driver.bound_framebuffer());
    bind_window(&context);
    assert_eq!(bound(), 0);
    surface.turn(Rotation::Quarter).unwrap();
    bind_window(&context);
    let picture = bound();
    assert_ne!(picture, 0);
    context.swap_buffers().unwrap();
    assert_eq!(bound(), 0, "the window itself, for the picture to be laid on it");
    surface.turn(Rotation::None).unwrap();
    bind_window(&context);
    assert_eq!(bound(), 0);
}

#[test]
fn a_frame_that_has_not_met_the_redirection_is_an_error() {
    let mut machine = Machine::new(Renderer::Auto, true);
    let surface = machine.open(Rotation::Half, Instant::now()).unwrap();
    let context = Context(surface.clone());
    Turned::take_redirected();
    assert!(context.swap_buffers().is_err());
    bind_window(&context);
    context.swap_buffers().unwrap();
    // Each frame has to: the last one has left the window itself bound
    assert!(context.swap_buffers().is_err());
    // An upright picture is drawn on the window as it is
    surface.turn(Rotation::None).unwrap();
    context.swap_buffers().unwrap();
}

#[test]
fn a_frame_is_given_back_when_it_is_no_longer_shown() {
    let mut machine = Machine::new(Renderer::Auto, true);
    let surface = machine.open(Rotation::None, Instant::now()).unwrap();
    assert!(surface.take_drawn().is_err(), "nothing was drawn");
    end_frame(&surface).unwrap();
    let frame: Drawn = surface.take_drawn().unwrap();
    assert_eq!((frame.size(), frame.pitch(), frame.modifier()), ((1920, 1080), 4 * 1920, None));
    drop(surface);
    assert_eq!(driver(|driver| driver.locked), 1);
    drop(frame);
    assert_eq!(driver(|driver| (driver.locked, driver.alive)), (0, 0));
}
