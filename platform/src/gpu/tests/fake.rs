//! A driver that draws nothing and can be told to fail: libgbm, libEGL and OpenGL ES 2.0 as tables of
//! functions, as they are loaded from Mesa's libraries. Its state is the calling thread's, as a context is.

use super::super::{
    NoGpu,
    choice::GpuStack,
    library::{Egl, Gbm, Mesa, Pointer},
    turned::Turned,
};
use std::{
    cell::RefCell,
    ffi::{CStr, c_char, c_int, c_uint, c_void},
    fs,
    os::unix::fs::symlink,
    ptr::{null, null_mut, without_provenance_mut},
};

/// What the driver says and does, and what was asked of it.
pub struct Driver {
    pub renderer: &'static CStr,
    /// `None` where there is no context after all
    pub version: Option<&'static CStr>,
    pub largest_texture: i32,
    /// The function that fails, by its name in C
    pub failing: &'static str,
    /// Draws as a renderer would that binds framebuffers by another way
    pub goes_its_own_way: bool,
    /// Framebuffers that were drawn on, since the last swap
    pub drawn_on: Vec<u32>,
    /// Those of each frame that was ended
    pub frames: Vec<Vec<u32>>,
    /// Objects of libgbm and libEGL that have not been destroyed
    pub alive: i32,
    /// Frames that have been taken and not given back
    pub locked: i32,
    size: (u32, u32),
    current: Pointer,
    /// A frame was ended that nobody has taken
    has_ended_frame: bool,
    bound: u32,
    names: u32,
}

thread_local! {
    static DRIVER: RefCell<Driver> = const { RefCell::new(Driver {
        renderer: c"V3D 4.2.14.0",
        version: Some(c"OpenGL ES 2.0 Mesa 22.3.6"),
        largest_texture: 4096,
        failing: "",
        goes_its_own_way: false,
        drawn_on: Vec::new(),
        frames: Vec::new(),
        alive: 0,
        locked: 0,
        size: (0, 0),
        current: null_mut(),
        has_ended_frame: false,
        bound: 0,
        names: 0,
    }) };
}

impl Driver {
    pub const fn bound_framebuffer(&self) -> u32 {
        self.bound
    }
}

/// The calling thread's driver.
pub fn driver<T>(look: impl FnOnce(&mut Driver) -> T) -> T {
    DRIVER.with_borrow_mut(look)
}

fn fails(name: &str) -> bool {
    driver(|driver| driver.failing == name)
}

/// An object of the driver, which nobody looks into.
fn create(name: &str) -> Pointer {
    if fails(name) {
        return null_mut();
    }
    driver(|driver| driver.alive += 1);
    without_provenance_mut(64)
}

fn destroy() -> c_uint {
    driver(|driver| driver.alive -= 1);
    1
}

fn done(name: &str) -> c_uint {
    (!fails(name)).into()
}

unsafe extern "C" fn create_device(_: c_int) -> Pointer {
    create("gbm_create_device")
}
unsafe extern "C" fn destroy_device(_: Pointer) {
    destroy();
}
unsafe extern "C" fn create_surface(_: Pointer, width: u32, height: u32, _: u32, _: u32) -> Pointer {
    driver(|driver| driver.size = (width, height));
    create("gbm_surface_create")
}
unsafe extern "C" fn destroy_surface(_: Pointer) {
    destroy();
}
unsafe extern "C" fn lock_front_buffer(_: Pointer) -> Pointer {
    if fails("gbm_surface_lock_front_buffer") || !driver(|driver| std::mem::take(&mut driver.has_ended_frame))
    {
        return null_mut();
    }
    driver(|driver| driver.locked += 1);
    without_provenance_mut(64)
}
unsafe extern "C" fn release_buffer(_: Pointer, _: Pointer) {
    driver(|driver| driver.locked -= 1);
}
unsafe extern "C" fn width(_: Pointer) -> u32 {
    driver(|driver| driver.size.0)
}
unsafe extern "C" fn height(_: Pointer) -> u32 {
    driver(|driver| driver.size.1)
}
unsafe extern "C" fn stride(_: Pointer) -> u32 {
    driver(|driver| driver.size.0 * 4)
}
unsafe extern "C" fn planes(_: Pointer) -> c_int {
    1
}
unsafe extern "C" fn modifier(_: Pointer) -> u64 {
    // DRM_FORMAT_MOD_INVALID of <drm/drm_fourcc.h>
    0x00FF_FFFF_FFFF_FFFF
}
unsafe extern "C" fn handle(_: Pointer) -> u64 {
    if fails("gbm_bo_get_handle") { 0 } else { 1_000_000 }
}

unsafe extern "C" fn platform_display(_: c_uint, _: Pointer, _: *const isize) -> Pointer {
    create("eglGetPlatformDisplay")
}
unsafe extern "C" fn initialize(_: Pointer, _: *mut i32, _: *mut i32) -> c_uint {
    done("eglInitialize")
}
unsafe extern "C" fn terminate(_: Pointer) -> c_uint {
    destroy()
}
unsafe extern "C" fn bind_api(_: c_uint) -> c_uint {
    done("eglBindAPI")
}
unsafe extern "C" fn choose_config(
    _: Pointer,
    _: *const i32,
    configs: *mut Pointer,
    most: i32,
    count: *mut i32,
) -> c_uint {
    assert!(most >= 2);
    // SAFETY: the caller has room for `most` entries and the count.
    unsafe {
        *configs = without_provenance_mut(1);
        *configs.add(1) = without_provenance_mut(2);
        *count = 2;
    }
    done("eglChooseConfig")
}
unsafe extern "C" fn config_attribute(_: Pointer, config: Pointer, _: i32, value: *mut i32) -> c_uint {
    // The second one is XR24, unless none is
    let is_ours = config.addr() == 2 && !fails("eglGetConfigAttrib");
    // SAFETY: the caller has room for the value.
    unsafe { *value = if is_ours { 0x3432_5258 } else { 0x3432_5241 } };
    1
}
unsafe extern "C" fn create_context(_: Pointer, _: Pointer, _: Pointer, _: *const i32) -> Pointer {
    create("eglCreateContext")
}
unsafe extern "C" fn destroy_context(_: Pointer, _: Pointer) -> c_uint {
    destroy()
}
unsafe extern "C" fn create_window(_: Pointer, _: Pointer, _: Pointer, _: *const i32) -> Pointer {
    create("eglCreateWindowSurface")
}
unsafe extern "C" fn destroy_window(_: Pointer, _: Pointer) -> c_uint {
    destroy()
}
unsafe extern "C" fn current_context() -> Pointer {
    driver(|driver| driver.current)
}
unsafe extern "C" fn make_current(_: Pointer, _: Pointer, _: Pointer, context: Pointer) -> c_uint {
    if !fails("eglMakeCurrent") {
        driver(|driver| driver.current = context);
    }
    done("eglMakeCurrent")
}
unsafe extern "C" fn swap_buffers(_: Pointer, _: Pointer) -> c_uint {
    driver(|driver| {
        let drawn_on = std::mem::take(&mut driver.drawn_on);
        driver.frames.push(drawn_on);
        driver.has_ended_frame = true;
    });
    done("eglSwapBuffers")
}
unsafe extern "C" fn error() -> i32 {
    0x3006
}
unsafe extern "C" fn function(name: *const c_char) -> Pointer {
    // SAFETY: the caller's name ends with a zero.
    find_gl(unsafe { CStr::from_ptr(name) })
}

/// Declares functions of OpenGL, and how they are found by name. Those without a body do nothing.
macro_rules! opengl {
    (
        $($idle:ident($($idle_kind:ty),*);)*
        => $($name:ident($($arg:ident: $kind:ty),*) $(-> $result:ty)? $body:block)*
    ) => {
        $(#[allow(non_snake_case)] unsafe extern "system" fn $idle($(_: $idle_kind),*) {})*
        $(#[allow(non_snake_case)] unsafe extern "system" fn $name($($arg: $kind),*) $(-> $result)? $body)*

        fn find_gl(name: &CStr) -> Pointer {
            match name.to_str().unwrap_or_default() {
                $(stringify!($idle) => $idle as Pointer,)*
                $(stringify!($name) => $name as Pointer,)*
                _ => null_mut(),
            }
        }
    };
}

opengl! {
    glActiveTexture(u32);
    glAttachShader(u32, u32);
    glBindAttribLocation(u32, u32, *const c_char);
    glBindBuffer(u32, u32);
    glBindRenderbuffer(u32, u32);
    glBindTexture(u32, u32);
    glBindVertexArray(u32);
    glBlendFuncSeparate(u32, u32, u32, u32);
    glBufferData(u32, isize, *const c_void, u32);
    glClearColor(f32, f32, f32, f32);
    glColorMask(u8, u8, u8, u8);
    glCompileShader(u32);
    glCullFace(u32);
    glDeleteBuffers(i32, *const u32);
    glDeleteFramebuffers(i32, *const u32);
    glDeleteProgram(u32);
    glDeleteRenderbuffers(i32, *const u32);
    glDeleteShader(u32);
    glDeleteTextures(i32, *const u32);
    glDeleteVertexArrays(i32, *const u32);
    glDetachShader(u32, u32);
    glDisable(u32);
    glDisableVertexAttribArray(u32);
    glEnable(u32);
    glEnableVertexAttribArray(u32);
    glFramebufferRenderbuffer(u32, u32, u32, u32);
    glFramebufferTexture2D(u32, u32, u32, u32, i32);
    glFrontFace(u32);
    glGenerateMipmap(u32);
    glGetProgramInfoLog(u32, i32, *mut i32, *mut c_char);
    glGetShaderInfoLog(u32, i32, *mut i32, *mut c_char);
    glLinkProgram(u32);
    glPixelStorei(u32, i32);
    glReadPixels(i32, i32, i32, i32, u32, u32, *mut c_void);
    glRenderbufferStorage(u32, u32, i32, i32);
    glScissor(i32, i32, i32, i32);
    glShaderSource(u32, i32, *const *const c_char, *const i32);
    glStencilFunc(u32, i32, u32);
    glStencilFuncSeparate(u32, u32, i32, u32);
    glStencilMask(u32);
    glStencilMaskSeparate(u32, u32);
    glStencilOp(u32, u32, u32);
    glStencilOpSeparate(u32, u32, u32, u32);
    glTexImage2D(u32, i32, i32, i32, i32, i32, u32, u32, *const c_void);
    glTexParameteri(u32, u32, i32);
    glTexSubImage2D(u32, i32, i32, i32, i32, i32, u32, u32, *const c_void);
    glUniform1i(i32, i32);
    glUniform2fv(i32, i32, *const f32);
    glUniform4fv(i32, i32, *const f32);
    glUseProgram(u32);
    glVertexAttribPointer(u32, i32, u32, u8, i32, *const c_void);
    glViewport(i32, i32, i32, i32);
    =>
    glBindFramebuffer(_kind: u32, framebuffer: u32) {
        driver(|driver| driver.bound = framebuffer);
        if driver(|driver| driver.goes_its_own_way) {
            Turned::take_redirected();
        }
    }
    glClear(_parts: u32) { driver(|driver| driver.drawn_on.push(driver.bound)); }
    glDrawArrays(_kind: u32, _first: i32, _count: i32) { driver(|driver| driver.drawn_on.push(driver.bound)); }
    glCheckFramebufferStatus(_kind: u32) -> u32 {
        if fails("glCheckFramebufferStatus") { glow::FRAMEBUFFER_UNSUPPORTED } else { glow::FRAMEBUFFER_COMPLETE }
    }
    glCreateProgram() -> u32 { name_object() }
    glCreateShader(_kind: u32) -> u32 { name_object() }
    glGenBuffers(count: i32, names: *mut u32) { name_objects(count, names); }
    glGenFramebuffers(count: i32, names: *mut u32) { name_objects(count, names); }
    glGenRenderbuffers(count: i32, names: *mut u32) { name_objects(count, names); }
    glGenTextures(count: i32, names: *mut u32) { name_objects(count, names); }
    glGenVertexArrays(count: i32, names: *mut u32) { name_objects(count, names); }
    glGetError() -> u32 { glow::NO_ERROR }
    glGetIntegerv(name: u32, value: *mut i32) {
        let number = if name == glow::MAX_TEXTURE_SIZE { driver(|driver| driver.largest_texture) } else { 0 };
        // SAFETY: the caller has room for one number, as is asked for.
        unsafe { *value = number };
    }
    glGetProgramiv(_program: u32, name: u32, value: *mut i32) {
        let good = name == glow::LINK_STATUS && !fails("glLinkProgram");
        // SAFETY: the caller has room for one number.
        unsafe { *value = good.into() };
    }
    glGetShaderiv(_shader: u32, name: u32, value: *mut i32) {
        // SAFETY: the caller has room for one number.
        unsafe { *value = (name == glow::COMPILE_STATUS).into() };
    }
    glGetString(name: u32) -> *const u8 {
        let text = driver(|driver| match name {
            glow::VERSION => driver.version,
            glow::RENDERER => Some(driver.renderer),
            _ => Some(c""),
        });
        text.map_or(null(), CStr::as_ptr).cast()
    }
    glGetUniformLocation(_program: u32, _name: *const c_char) -> i32 { 0 }
}

fn name_object() -> u32 {
    driver(|driver| {
        driver.names += 1;
        driver.names
    })
}

fn name_objects(count: i32, names: *mut u32) {
    for at in 0..usize::try_from(count).unwrap() {
        // SAFETY: the caller has room for `count` names.
        unsafe { *names.add(at) = name_object() };
    }
}

/// As the program loads libgbm and libEGL.
pub fn load() -> Result<&'static Mesa, NoGpu> {
    if fails("libEGL.so.1") {
        return Err(NoGpu::NotInstalled("libEGL.so.1: cannot open shared object file".to_owned()));
    }
    static MESA: Mesa = Mesa {
        gbm: Gbm {
            create_device,
            destroy_device,
            create_surface,
            destroy_surface,
            lock_front_buffer,
            release_buffer,
            width,
            height,
            stride,
            planes,
            modifier,
            handle,
        },
        egl: Egl {
            platform_display,
            initialize,
            terminate,
            bind_api,
            choose_config,
            config_attribute,
            create_context,
            destroy_context,
            create_window,
            destroy_window,
            current_context,
            make_current,
            swap_buffers,
            error,
            function,
        },
    };
    Ok(&MESA)
}

/// A machine with a GPU of Raspberry Pi's, or without any; it is forgotten with the folder.
pub fn stack(root: &tempfile::TempDir, has_gpu: bool) -> GpuStack {
    if has_gpu {
        let device = root.path().join("sys/class/drm/renderD128/device");
        fs::create_dir_all(&device).unwrap();
        symlink("../../bus/platform/drivers/v3d", device.join("driver")).unwrap();
    }
    GpuStack { root: root.path().to_owned(), load }
}
