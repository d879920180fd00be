//! The pictures on the pages: a cache with a ceiling in bytes, and what is still on its way.

use cloud_shelf_core::{
    domain::{Rgb, Sha256},
    media::Cache,
};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};
use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    time::{Duration, Instant},
};

/// A picture made to the pixel: the same object at another size is another picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PictureKey {
    pub object: Sha256,
    /// Physical pixels
    pub width: u32,
    pub height: u32,
    /// Physical pixels; the corners are blended against `around`
    pub radius: u32,
    pub around: Rgb,
    /// A brand's mark, made of the object itself: its transparent parts show `around`
    pub mark: bool,
}

/// Which of two pictures is made first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Just outside the screen
    Soon,
    /// On the screen
    Now,
    /// A finger waits for it
    Awaited,
}

/// Makes pictures away from the UI thread; each call returns at once.
pub trait PictureSource {
    fn request(&self, key: PictureKey, urgency: Urgency);
    /// No longer wanted, unless it is already being made.
    fn forget(&self, key: &PictureKey);
}

/// A finished picture, or `None` where there is none to be had.
pub type Fetched = Option<SharedPixelBuffer<Rgb8Pixel>>;

/// A picture that takes longer than this fades in; before it nobody has seen the gap.
const LATE: Duration = Duration::from_millis(120);

/// A window of the design's size.
const DESIGN_PIXELS: usize = 1080 * 1920;

/// The state of one picture.
pub enum Found {
    Ready(Image),
    /// It can't be made; show the designed card
    Broken,
    Pending,
}

pub struct Pictures {
    source: Rc<dyn PictureSource>,
    ready: Cache<PictureKey, Image>,
    /// Its ceiling in a window of [`DESIGN_PIXELS`], or fewer
    least_bytes: usize,
    /// Those that can't be made
    broken: HashSet<PictureKey>,
    pending: HashMap<PictureKey, (Urgency, Instant)>,
}

impl Pictures {
    pub fn new(source: Rc<dyn PictureSource>, least_bytes: usize) -> Self {
        Self {
            source,
            ready: Cache::new(least_bytes),
            least_bytes,
            broken: HashSet::new(),
            pending: HashMap::new(),
        }
    }

    /// A window of more pixels has larger pictures.
    pub fn fit_window(&mut self, width: u32, height: u32) {
        let pixels = width as usize * height as usize;
        self.ready.set_ceiling(self.least_bytes * pixels.max(DESIGN_PIXELS) / DESIGN_PIXELS);
    }

    /// The picture if it is there; else it is asked for.
    pub fn get(&mut self, key: PictureKey, urgency: Urgency) -> Found {
        if let Some(image) = self.ready.get(&key) {
            return Found::Ready(image.clone());
        }
        if self.broken.contains(&key) {
            return Found::Broken;
        }
        let known = self.pending.get(&key).map(|(asked, _)| *asked);
        if known.is_none_or(|asked| asked < urgency) {
            let since = self.pending.get(&key).map_or_else(Instant::now, |(_, since)| *since);
            self.pending.insert(key, (urgency, since));
            self.source.request(key, urgency);
        }
        Found::Pending
    }

    /// Takes a finished picture in. True if it came so late that it should fade in.
    pub fn deliver(&mut self, key: PictureKey, fetched: Fetched) -> bool {
        let late = self.pending.remove(&key).is_some_and(|(_, since)| since.elapsed() > LATE);
        match fetched {
            Some(pixels) => {
                let bytes = pixels.as_bytes().len();
                self.ready.insert(key, Image::from_rgb8(pixels), bytes);
            }
            None => {
                self.broken.insert(key);
            }
        }
        late
    }

    /// Drops every request that `wanted` does not name.
    pub fn retain_pending(&mut self, wanted: impl Fn(&PictureKey) -> bool) {
        let source = &self.source;
        self.pending.retain(|key, _| {
            let keep = wanted(key);
            if !keep {
                source.forget(key);
            }
            keep
        });
    }

    /// Bytes held, and their ceiling.
    pub fn bytes(&self) -> (usize, usize) {
        (self.ready.bytes(), self.ready.ceiling())
    }

    /// Another source of pictures may have what this one had not.
    pub fn forget_broken(&mut self) {
        self.broken.clear();
    }
}
