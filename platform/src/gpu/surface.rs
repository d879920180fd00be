//! What the GPU draws on: an OpenGL context whose frames the panel takes.

use super::{
    library::{Mesa, Pointer},
    turned::Turned,
};
use cloud_shelf_core::panel::Rotation;
use drm::buffer::{DrmFourcc, DrmModifier};
use glow::HasContext as _;
use i_slint_renderer_femtovg::opengl::OpenGLInterface;
use std::{
    cell::RefCell,
    ffi::{CStr, c_void},
    num::NonZeroU32,
    os::fd::{AsRawFd as _, BorrowedFd, OwnedFd},
    ptr::{null, null_mut},
    rc::Rc,
};

const FORMAT: DrmFourcc = DrmFourcc::Xrgb8888;
/// A driver's name for itself is shown; no more of it.
const NAME_CHARS: usize = 48;

/// Of <gbm.h>
const SCANOUT_AND_RENDERING: u32 = 0b101;

/// Of <EGL/egl.h> and <EGL/eglext.h>
mod egl {
    pub const PLATFORM_GBM: u32 = 0x31D7;
    pub const OPENGL_ES_API: u32 = 0x30A0;
    pub const NATIVE_VISUAL_ID: i32 = 0x302E;
    const SURFACE_TYPE: i32 = 0x3033;
    const WINDOW_BIT: i32 = 4;
    const RENDERABLE_TYPE: i32 = 0x3040;
    const OPENGL_ES2_BIT: i32 = 4;
    const RED_SIZE: i32 = 0x3024;
    const GREEN_SIZE: i32 = 0x3023;
    const BLUE_SIZE: i32 = 0x3022;
    const STENCIL_SIZE: i32 = 0x3026;
    const CONTEXT_CLIENT_VERSION: i32 = 0x3098;
    const NONE: i32 = 0x3038;

    /// Shapes that are not convex are drawn by way of a stencil
    pub const CONFIG: [[i32; 2]; 7] = [
        [SURFACE_TYPE, WINDOW_BIT],
        [RENDERABLE_TYPE, OPENGL_ES2_BIT],
        [RED_SIZE, 8],
        [GREEN_SIZE, 8],
        [BLUE_SIZE, 8],
        [STENCIL_SIZE, 8],
        [NONE, NONE],
    ];
    pub const CONTEXT: [i32; 3] = [CONTEXT_CLIENT_VERSION, 2, NONE];
    pub const MOST_CONFIGS: usize = 64;
}

/// A window that fills a panel. Used by the UI thread alone: the pointers make it neither `Send` nor
/// `Sync`.
pub struct Surface {
    mesa: &'static Mesa,
    device: Pointer,
    buffers: Pointer,
    display: Pointer,
    context: Pointer,
    window: Pointer,
    /// Of the panel
    size: (u16, u16),
    name: String,
    gl: Option<glow::Context>,
    turned: RefCell<Option<Turned>>,
    /// What `device` is made of; closed after everything else
    card: OwnedFd,
}

impl Surface {
    /// For a panel of a size on a card that is open.
    pub fn open(mesa: &'static Mesa, card: BorrowedFd<'_>, size: (u16, u16)) -> Result<Self, String> {
        let card = card.try_clone_to_owned().map_err(|error| error.to_string())?;
        let mut surface = Self {
            mesa,
            device: null_mut(),
            buffers: null_mut(),
            display: null_mut(),
            context: null_mut(),
            window: null_mut(),
            size,
            name: String::new(),
            gl: None,
            turned: RefCell::default(),
            card,
        };
        surface.connect()?;
        Ok(surface)
    }

    /// Makes everything; what was made before something fails is taken back by `drop`.
    fn connect(&mut self) -> Result<(), String> {
        let Mesa { gbm, egl } = self.mesa;
        let (width, height) = (self.size.0.into(), self.size.1.into());
        // SAFETY: each object is made of those before it, which live as long as this surface does, as
        // the card's file does, too; lists end with NONE; numbers of list entries are those of the lists.
        unsafe {
            self.device = made("gbm_create_device", (gbm.create_device)(self.card.as_raw_fd()))?;
            let buffers =
                (gbm.create_surface)(self.device, width, height, FORMAT as u32, SCANOUT_AND_RENDERING);
            self.buffers = made("gbm_surface_create", buffers)?;
            let display = (egl.platform_display)(egl::PLATFORM_GBM, self.device, null());
            self.display = made("eglGetPlatformDisplay", display)?;
            self.done("eglInitialize", (egl.initialize)(self.display, null_mut(), null_mut()))?;
            self.done("eglBindAPI", (egl.bind_api)(egl::OPENGL_ES_API))?;
            let config = self.config()?;
            let context = (egl.create_context)(self.display, config, null_mut(), egl::CONTEXT.as_ptr());
            self.context = made("eglCreateContext", context)?;
            let window = (egl.create_window)(self.display, config, self.buffers, null());
            self.window = made("eglCreateWindowSurface", window)?;
            self.make_current()?;
            let gl = glow::Context::from_loader_function_cstr(|name| self.mesa.function(name));
            self.name = gl.get_parameter_string(glow::RENDERER).chars().take(NAME_CHARS).collect();
            // What the pages show is never larger than they are
            let largest = gl.get_parameter_i32(glow::MAX_TEXTURE_SIZE);
            self.gl = Some(gl);
            if largest < i32::from(self.size.0.max(self.size.1)) {
                return Err(format!("no picture may be larger than {largest} pixels"));
            }
        }
        Ok(())
    }

    /// The one whose buffers are of our format.
    fn config(&self) -> Result<Pointer, String> {
        let egl = &self.mesa.egl;
        let mut configs = [null_mut(); egl::MOST_CONFIGS];
        let mut count = 0;
        // SAFETY: the display is initialized; no more entries are written than there is room for.
        unsafe {
            let chosen = (egl.choose_config)(
                self.display,
                egl::CONFIG.as_flattened().as_ptr(),
                configs.as_mut_ptr(),
                configs.len() as i32,
                &raw mut count,
            );
            self.done("eglChooseConfig", chosen)?;
        }
        let ours = |config: &Pointer| {
            let mut visual = 0;
            // SAFETY: the config was just given out by this display.
            let known = unsafe {
                (egl.config_attribute)(self.display, *config, egl::NATIVE_VISUAL_ID, &raw mut visual)
            };
            known != 0 && visual as u32 == FORMAT as u32
        };
        let count = usize::try_from(count).unwrap_or(0).min(configs.len());
        configs.into_iter().take(count).find(ours).ok_or_else(|| "no suitable EGL config".to_owned())
    }

    fn done(&self, what: &str, result: u32) -> Result<(), String> {
        if result != 0 {
            return Ok(());
        }
        // SAFETY: eglGetError takes nothing, and may be called at any time.
        let error = unsafe { (self.mesa.egl.error)() };
        Err(format!("{what}: EGL error {error:#06x}"))
    }

    /// What the driver calls itself, such as `V3D 4.2`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is drawn from now on is turned; it has the turned panel's size.
    pub fn turn(&self, rotation: Rotation) -> Result<(), String> {
        self.make_current()?;
        let gl = self.gl.as_ref().ok_or("not open")?;
        if let Some(before) = self.turned.take() {
            before.delete(gl);
        }
        if rotation != Rotation::None {
            self.turned.replace(Some(Turned::new(gl, self.size, rotation)?));
        }
        self.aim();
        Ok(())
    }

    /// Redirects framebuffer 0, the window, to the picture that is turned afterwards, where there is one.
    fn aim(&self) {
        Turned::redirect(self.turned.borrow().as_ref());
    }

    /// Makes OpenGL's functions mean this surface.
    pub fn make_current(&self) -> Result<(), String> {
        let egl = &self.mesa.egl;
        // SAFETY: the three were made of each other, on this thread.
        unsafe {
            if (egl.current_context)() != self.context {
                let made = (egl.make_current)(self.display, self.window, self.window, self.context);
                self.done("eglMakeCurrent", made)?;
            }
        }
        self.aim();
        Ok(())
    }

    /// Ends a frame; the panel can have it.
    fn swap(&self) -> Result<(), String> {
        if let (Some(turned), Some(gl)) = (&*self.turned.borrow(), &self.gl) {
            // Else it was drawn on the window: the frame is empty, or not turned
            if !Turned::take_redirected() {
                return Err("the renderer does not draw on the picture that is to be turned".to_owned());
            }
            turned.show(gl);
        }
        // SAFETY: the window is this display's, and current.
        self.done("eglSwapBuffers", unsafe { (self.mesa.egl.swap_buffers)(self.display, self.window) })
    }

    /// The frame that was ended last; to be asked for once after each.
    pub fn take_drawn(self: &Rc<Self>) -> Result<Drawn, String> {
        // SAFETY: a frame was ended, so there is one, which stays ours until it is given back.
        let buffer = unsafe { (self.mesa.gbm.lock_front_buffer)(self.buffers) };
        Ok(Drawn { buffer: made("gbm_surface_lock_front_buffer", buffer)?, surface: self.clone() })
    }
}

impl Drop for Surface {
    fn drop(&mut self) {
        let Mesa { gbm, egl } = self.mesa;
        // SAFETY: nothing refers to these any more (frames hold the surface); each goes before what it
        // was made of.
        unsafe {
            if !self.display.is_null() {
                if (egl.current_context)() == self.context {
                    (egl.make_current)(self.display, null_mut(), null_mut(), null_mut());
                }
                if !self.window.is_null() {
                    (egl.destroy_window)(self.display, self.window);
                }
                if !self.context.is_null() {
                    (egl.destroy_context)(self.display, self.context);
                }
                (egl.terminate)(self.display);
            }
            if !self.buffers.is_null() {
                (gbm.destroy_surface)(self.buffers);
            }
            if !self.device.is_null() {
                (gbm.destroy_device)(self.device);
            }
        }
    }
}

/// A surface as Slint's renderer uses it.
pub struct Context(pub Rc<Surface>);

// SAFETY: the functions' addresses are Mesa's, which is never unloaded, or this program's own.
unsafe impl OpenGLInterface for Context {
    fn ensure_current(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.make_current()?)
    }

    fn swap_buffers(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.swap()?)
    }

    /// A panel has one size; for another one there is another surface.
    fn resize(&self, _: NonZeroU32, _: NonZeroU32) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(())
    }

    fn get_proc_address(&self, name: &CStr) -> *const c_void {
        Turned::redirected(name, self.0.mesa.function(name))
    }
}

/// A frame that was drawn, in memory that the panel can be fed from; given back when it is dropped.
pub struct Drawn {
    surface: Rc<Surface>,
    buffer: Pointer,
}

impl Drawn {
    pub fn size(&self) -> (u32, u32) {
        let gbm = &self.surface.mesa.gbm;
        // SAFETY: the buffer is the surface's, and stays locked until `drop`.
        unsafe { ((gbm.width)(self.buffer), (gbm.height)(self.buffer)) }
    }

    /// Bytes from one line to the next.
    pub fn pitch(&self) -> u32 {
        // SAFETY: the buffer is the surface's, and stays locked until `drop`.
        unsafe { (self.surface.mesa.gbm.stride)(self.buffer) }
    }

    /// The card's name for the memory; 0 is none.
    pub fn handle(&self) -> u32 {
        // SAFETY: the buffer is the surface's, and stays locked until `drop`.
        let handle = unsafe { (self.surface.mesa.gbm.handle)(self.buffer) };
        handle as u32
    }

    /// How its pixels lie, where the card has to be told.
    pub fn modifier(&self) -> Option<DrmModifier> {
        let gbm = &self.surface.mesa.gbm;
        // SAFETY: the buffer is the surface's, and stays locked until `drop`.
        let (planes, modifier) = unsafe { ((gbm.planes)(self.buffer), (gbm.modifier)(self.buffer)) };
        Some(DrmModifier::from(modifier)).filter(|modifier| planes == 1 && *modifier != DrmModifier::Invalid)
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        // SAFETY: the buffer was locked by `take_drawn`, and is the surface's, which lives.
        unsafe { (self.surface.mesa.gbm.release_buffer)(self.surface.buffers, self.buffer) }
    }
}

fn made(what: &str, pointer: Pointer) -> Result<Pointer, String> {
    if pointer.is_null() { Err(format!("{what} gives nothing")) } else { Ok(pointer) }
}
