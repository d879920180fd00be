//! The picture of a panel that hangs turned: drawn upright, beside the window, and laid on it turned.
//!
//! Slint's renderer can turn what it draws, but it then draws each letter anew from its outline in
//! every frame, which is slow and blurred; and this it does for the window only. So framebuffer 0, by which
//! it means the window, is redirected to a texture: the renderer is given a glBindFramebuffer of ours. A
//! renderer that comes to its framebuffers by another way would draw an empty or unturned picture, so each
//! frame has to have met the redirection.

use super::library::Pointer;
use cloud_shelf_core::panel::Rotation;
use glow::{Context, HasContext as _};
use std::{
    cell::Cell,
    ffi::{CStr, c_void},
};

type BindFramebuffer = unsafe extern "system" fn(u32, u32);

/// What the redirected function does on this thread.
#[derive(Clone, Copy)]
struct Redirection {
    /// OpenGL's own function, once it was asked for
    bind: Option<BindFramebuffer>,
    /// The framebuffer that is bound for 0: a picture, or 0 itself
    target: u32,
    /// Framebuffer 0 was redirected since it was last asked
    met: bool,
}

thread_local! {
    static REDIRECTION: Cell<Redirection> = const { Cell::new(Redirection { bind: None, target: 0, met: false }) };
}

/// glBindFramebuffer as a renderer calls it: framebuffer 0 is the window, or the picture that stands for it.
///
/// # Safety
/// As OpenGL's own: a context is current, and the framebuffer is one of its own.
unsafe extern "system" fn bind_framebuffer(kind: u32, framebuffer: u32) {
    let redirection = REDIRECTION.get();
    let Some(bind) = redirection.bind else { return };
    let framebuffer = if framebuffer == 0 {
        REDIRECTION.set(Redirection { met: true, ..redirection });
        redirection.target
    } else {
        framebuffer
    };
    // SAFETY: it is OpenGL's own function, called as the caller promises to call it; the picture is of the
    // context that is current, since that was made so together with the redirection.
    unsafe { bind(kind, framebuffer) }
}

const POSITION: u32 = 0;
const PLACE: u32 = 1;
/// Each corner: where on the window, where in the picture
const CORNER: usize = 4;
const FLOAT: i32 = size_of::<f32>() as i32;

const VERTEX: &str = "
attribute vec2 position;
attribute vec2 place;
varying vec2 at;
void main() {
    at = place;
    gl_Position = vec4(position, 0.0, 1.0);
}";

/// Half precision is not enough for a place among 1920 pixels
const FRAGMENT: &str = "
#ifdef GL_FRAGMENT_PRECISION_HIGH
precision highp float;
#else
precision mediump float;
#endif
uniform sampler2D picture;
varying vec2 at;
void main() {
    gl_FragColor = vec4(texture2D(picture, at).rgb, 1.0);
}";

pub struct Turned {
    framebuffer: glow::Framebuffer,
    stencil: glow::Renderbuffer,
    picture: glow::Texture,
    program: glow::Program,
    corners: glow::Buffer,
    /// The window's
    size: (i32, i32),
}

impl Turned {
    /// For a window of a size, in the context that is current.
    pub fn new(gl: &Context, size: (u16, u16), rotation: Rotation) -> Result<Self, String> {
        let (width, height) = rotation.turn_size(size);
        let (width, height) = (i32::from(width), i32::from(height));
        // SAFETY: the context is current; all names are its own, and no memory of ours is referred to
        // beyond a call.
        unsafe {
            let picture = gl.create_texture()?;
            gl.bind_texture(glow::TEXTURE_2D, Some(picture));
            for (parameter, value) in [
                (glow::TEXTURE_MIN_FILTER, glow::NEAREST),
                (glow::TEXTURE_MAG_FILTER, glow::NEAREST),
                (glow::TEXTURE_WRAP_S, glow::CLAMP_TO_EDGE),
                (glow::TEXTURE_WRAP_T, glow::CLAMP_TO_EDGE),
            ] {
                gl.tex_parameter_i32(glow::TEXTURE_2D, parameter, value as i32);
            }
            let none = glow::PixelUnpackData::Slice(None);
            let (format, kind) = (glow::RGBA, glow::UNSIGNED_BYTE);
            gl.tex_image_2d(glow::TEXTURE_2D, 0, format as i32, width, height, 0, format, kind, none);
            gl.bind_texture(glow::TEXTURE_2D, None);
            let stencil = gl.create_renderbuffer()?;
            gl.bind_renderbuffer(glow::RENDERBUFFER, Some(stencil));
            gl.renderbuffer_storage(glow::RENDERBUFFER, glow::STENCIL_INDEX8, width, height);
            gl.bind_renderbuffer(glow::RENDERBUFFER, None);
            let framebuffer = gl.create_framebuffer()?;
            gl.bind_framebuffer(glow::FRAMEBUFFER, Some(framebuffer));
            let color = glow::COLOR_ATTACHMENT0;
            gl.framebuffer_texture_2d(glow::FRAMEBUFFER, color, glow::TEXTURE_2D, Some(picture), 0);
            let (part, kind) = (glow::STENCIL_ATTACHMENT, glow::RENDERBUFFER);
            gl.framebuffer_renderbuffer(glow::FRAMEBUFFER, part, kind, Some(stencil));
            let state = gl.check_framebuffer_status(glow::FRAMEBUFFER);
            gl.bind_framebuffer(glow::FRAMEBUFFER, None);
            if state != glow::FRAMEBUFFER_COMPLETE {
                return Err(format!("no picture to draw on: {state:#06x}"));
            }
            let corners = gl.create_buffer()?;
            gl.bind_buffer(glow::ARRAY_BUFFER, Some(corners));
            let values = self::corners(rotation);
            let bytes = bytemuck::cast_slice(values.as_flattened());
            gl.buffer_data_u8_slice(glow::ARRAY_BUFFER, bytes, glow::STATIC_DRAW);
            gl.bind_buffer(glow::ARRAY_BUFFER, None);
            let size = (size.0.into(), size.1.into());
            Ok(Self { framebuffer, stencil, picture, program: program(gl)?, corners, size })
        }
    }

    /// The function that a renderer is given for one of OpenGL's: for glBindFramebuffer, the redirected one.
    pub fn redirected(name: &CStr, function: Pointer) -> *const c_void {
        if name != c"glBindFramebuffer" || function.is_null() {
            return function;
        }
        // SAFETY: that is the type of the function of this name, in every version of OpenGL that has it.
        let bind = unsafe { std::mem::transmute::<Pointer, BindFramebuffer>(function) };
        REDIRECTION.set(Redirection { bind: Some(bind), ..REDIRECTION.get() });
        bind_framebuffer as *const c_void
    }

    /// Redirects framebuffer 0 to this picture; without one, no more.
    pub fn redirect(turned: Option<&Self>) {
        let target = turned.map_or(0, |turned| turned.framebuffer.0.get());
        REDIRECTION.set(Redirection { target, ..REDIRECTION.get() });
    }

    /// Whether framebuffer 0 was redirected since this was last asked.
    pub fn take_redirected() -> bool {
        let redirection = REDIRECTION.get();
        REDIRECTION.set(Redirection { met: false, ..redirection });
        redirection.met
    }

    /// Lays the picture on the window; its context is current.
    pub fn show(&self, gl: &Context) {
        // SAFETY: the context is current, and all names are its own; what is changed of the context's state, a
        // renderer sets before it draws.
        unsafe {
            gl.bind_framebuffer(glow::FRAMEBUFFER, None);
            gl.viewport(0, 0, self.size.0, self.size.1);
            for capability in
                [glow::BLEND, glow::CULL_FACE, glow::DEPTH_TEST, glow::SCISSOR_TEST, glow::STENCIL_TEST]
            {
                gl.disable(capability);
            }
            gl.color_mask(true, true, true, true);
            gl.use_program(Some(self.program));
            gl.active_texture(glow::TEXTURE0);
            gl.bind_texture(glow::TEXTURE_2D, Some(self.picture));
            gl.bind_buffer(glow::ARRAY_BUFFER, Some(self.corners));
            for (attribute, start) in [(POSITION, 0), (PLACE, 2 * FLOAT)] {
                gl.enable_vertex_attrib_array(attribute);
                let stride = CORNER as i32 * FLOAT;
                gl.vertex_attrib_pointer_f32(attribute, 2, glow::FLOAT, false, stride, start);
            }
            gl.draw_arrays(glow::TRIANGLE_STRIP, 0, 4);
            gl.bind_buffer(glow::ARRAY_BUFFER, None);
            gl.bind_texture(glow::TEXTURE_2D, None);
            gl.use_program(None);
        }
    }

    /// Where a picture of another turn takes its place; else it goes with its context.
    pub fn delete(self, gl: &Context) {
        // SAFETY: the context is current, and all names are its own; nothing refers to them any more.
        unsafe {
            gl.delete_framebuffer(self.framebuffer);
            gl.delete_renderbuffer(self.stencil);
            gl.delete_texture(self.picture);
            gl.delete_program(self.program);
            gl.delete_buffer(self.corners);
        }
    }
}

/// The program that lays a picture on the window.
///
/// # Safety
/// The context is current.
unsafe fn program(gl: &Context) -> Result<glow::Program, String> {
    // SAFETY: the caller promises that the context is current; all names are its own.
    unsafe {
        let program = gl.create_program()?;
        for (kind, source) in [(glow::VERTEX_SHADER, VERTEX), (glow::FRAGMENT_SHADER, FRAGMENT)] {
            let shader = gl.create_shader(kind)?;
            gl.shader_source(shader, source);
            gl.compile_shader(shader);
            gl.attach_shader(program, shader);
            // It goes with the program
            gl.delete_shader(shader);
        }
        gl.bind_attrib_location(program, POSITION, "position");
        gl.bind_attrib_location(program, PLACE, "place");
        gl.link_program(program);
        // The sampler is texture unit 0 unless told otherwise
        if gl.get_program_link_status(program) { Ok(program) } else { Err(gl.get_program_info_log(program)) }
    }
}

/// The window's corners as a strip, from -1 to 1 and upwards as OpenGL has them, each with its place in
/// the picture, from 0 to 1 and upwards.
fn corners(rotation: Rotation) -> [[f32; CORNER]; 4] {
    [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)].map(|(x, y)| {
        let (across, down) = rotation.to_picture((x, y));
        [2.0 * x - 1.0, 1.0 - 2.0 * y, across, 1.0 - down].map(|value: f64| value as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_turns_clockwise() {
        // Where the picture's top left corner (0, 1) is on the window, which is 2 wide from -1
        for (rotation, x, y) in [
            (Rotation::None, -1.0, 1.0),
            (Rotation::Quarter, 1.0, 1.0),
            (Rotation::Half, 1.0, -1.0),
            (Rotation::ThreeQuarters, -1.0, -1.0),
        ] {
            let corners = corners(rotation);
            assert!(corners.contains(&[x, y, 0.0, 1.0]), "{rotation}: {corners:?}");
            // And the bottom right one is on the opposite corner
            assert!(corners.contains(&[-x, -y, 1.0, 0.0]), "{rotation}: {corners:?}");
        }
    }
}
