//! The functions of libgbm and libEGL, loaded while the program runs.

use super::NoGpu;
use libloading::Library;
use std::{
    ffi::{CStr, c_char, c_int, c_uint, c_void},
    sync::OnceLock,
};

/// What a library hands out and wants back.
pub type Pointer = *mut c_void;

/// Declares a library's functions, and how they are loaded.
macro_rules! functions {
    ($(#[$doc:meta])* $library:ident from $file:literal {
        $($name:ident = $symbol:ident($($argument:ty),*) $(-> $result:ty)?;)*
    }) => {
        $(#[$doc])*
        pub struct $library {
            $(pub $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl $library {
            fn load() -> Result<Self, libloading::Error> {
                // SAFETY: what these libraries do when they are loaded asks nothing of the program; the
                // types of their functions are those of their stable C headers.
                unsafe {
                    let library = Library::new($file)?;
                    let loaded = Self { $($name: *library.get(concat!(stringify!($symbol), "\0").as_bytes())?,)* };
                    // Mesa has threads and per-thread values of its own: it is never unloaded
                    std::mem::forget(library);
                    Ok(loaded)
                }
            }
        }
    };
}

functions! {
    /// <gbm.h>
    Gbm from "libgbm.so.1" {
        create_device = gbm_create_device(c_int) -> Pointer;
        destroy_device = gbm_device_destroy(Pointer);
        create_surface = gbm_surface_create(Pointer, u32, u32, u32, u32) -> Pointer;
        destroy_surface = gbm_surface_destroy(Pointer);
        lock_front_buffer = gbm_surface_lock_front_buffer(Pointer) -> Pointer;
        release_buffer = gbm_surface_release_buffer(Pointer, Pointer);
        width = gbm_bo_get_width(Pointer) -> u32;
        height = gbm_bo_get_height(Pointer) -> u32;
        stride = gbm_bo_get_stride(Pointer) -> u32;
        planes = gbm_bo_get_plane_count(Pointer) -> c_int;
        modifier = gbm_bo_get_modifier(Pointer) -> u64;
        // A union of eight bytes, of which the first four are meant
        handle = gbm_bo_get_handle(Pointer) -> u64;
    }
}

functions! {
    /// <EGL/egl.h>, version 1.5
    Egl from "libEGL.so.1" {
        platform_display = eglGetPlatformDisplay(c_uint, Pointer, *const isize) -> Pointer;
        initialize = eglInitialize(Pointer, *mut i32, *mut i32) -> c_uint;
        terminate = eglTerminate(Pointer) -> c_uint;
        bind_api = eglBindAPI(c_uint) -> c_uint;
        choose_config = eglChooseConfig(Pointer, *const i32, *mut Pointer, i32, *mut i32) -> c_uint;
        config_attribute = eglGetConfigAttrib(Pointer, Pointer, i32, *mut i32) -> c_uint;
        create_context = eglCreateContext(Pointer, Pointer, Pointer, *const i32) -> Pointer;
        destroy_context = eglDestroyContext(Pointer, Pointer) -> c_uint;
        create_window = eglCreateWindowSurface(Pointer, Pointer, Pointer, *const i32) -> Pointer;
        destroy_window = eglDestroySurface(Pointer, Pointer) -> c_uint;
        current_context = eglGetCurrentContext() -> Pointer;
        make_current = eglMakeCurrent(Pointer, Pointer, Pointer, Pointer) -> c_uint;
        swap_buffers = eglSwapBuffers(Pointer, Pointer) -> c_uint;
        error = eglGetError() -> i32;
        function = eglGetProcAddress(*const c_char) -> Pointer;
    }
}

/// Both, as long as the program runs.
pub struct Mesa {
    pub gbm: Gbm,
    pub egl: Egl,
}

impl Mesa {
    pub fn load() -> Result<&'static Self, NoGpu> {
        static LOADED: OnceLock<Mesa> = OnceLock::new();
        if let Some(mesa) = LOADED.get() {
            return Ok(mesa);
        }
        let missing = |error: libloading::Error| NoGpu::NotInstalled(error.to_string());
        let mesa = Self { gbm: Gbm::load().map_err(missing)?, egl: Egl::load().map_err(missing)? };
        Ok(LOADED.get_or_init(|| mesa))
    }

    /// A function of OpenGL; null where there is none of that name.
    pub fn function(&self, name: &CStr) -> Pointer {
        // SAFETY: the name ends with a zero, and the function takes any.
        unsafe { (self.egl.function)(name.as_ptr()) }
    }
}
