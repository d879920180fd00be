//! The renderer of the pages.

use std::{fmt, str::FromStr};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renderer {
    /// The GPU if one works, else software
    #[default]
    Auto,
    Software,
    /// OpenGL, even if implemented in software
    Gpu,
}

/// Error: not one of auto, software and gpu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a renderer is auto, software or gpu")]
pub struct RendererError;

impl Renderer {
    const ALL: [Self; 3] = [Self::Auto, Self::Software, Self::Gpu];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Software => "software",
            Self::Gpu => "gpu",
        }
    }
}

impl FromStr for Renderer {
    type Err = RendererError;

    fn from_str(text: &str) -> Result<Self, RendererError> {
        Self::ALL.into_iter().find(|renderer| renderer.as_str() == text.trim()).ok_or(RendererError)
    }
}

impl fmt::Display for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for renderer in Renderer::ALL {
            assert_eq!(renderer.to_string().parse(), Ok(renderer));
        }
        assert_eq!(" gpu ".parse(), Ok(Renderer::Gpu));
        for wrong in ["", "GPU", "opengl"] {
            assert_eq!(wrong.parse::<Renderer>(), Err(RendererError), "{wrong}");
        }
    }
}
