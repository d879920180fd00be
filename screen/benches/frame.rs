//! Cost of a frame: in the attract page's cross-fade, and while the shelf page scrolls, at
//! 1080×1920.
//!
//! `cargo bench --bench frame`

use cloud_shelf_platform::{Canvas, Pixel};
use cloud_shelf_ui::{AppWindow, Attract, CardView, Navigation, Page, Shelf, SlideView, Theme};
use slint::{
    ComponentHandle, Image, ModelRc, PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer, VecModel,
    platform::{
        Platform, WindowAdapter,
        software_renderer::{MinimalSoftwareWindow, RepaintBufferType},
        update_timers_and_animations,
    },
};
use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

const SIZE: (u32, u32) = (1080, 1920);
const FRAME: Duration = Duration::from_micros(16_667);
const FADES: usize = 20;
const SCROLLED: usize = 300;

struct Bare {
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Platform for Bare {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.now.get()
    }
}

fn main() {
    let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    let now = Rc::new(Cell::new(Duration::ZERO));
    slint::platform::set_platform(Box::new(Bare { window: window.clone(), now: now.clone() })).unwrap();
    let app = AppWindow::new().unwrap();
    window.set_size(PhysicalSize::new(SIZE.0, SIZE.1));
    app.show().unwrap();
    let mut pixels = vec![Pixel(0); (SIZE.0 * SIZE.1) as usize];
    // Time of a frame, if there was something to draw
    let mut frame = || {
        now.set(now.get() + FRAME);
        update_timers_and_animations();
        let start = Instant::now();
        let drawn = window.draw_if_needed(|renderer| {
            renderer.render_into_buffer(&mut Canvas::new(&mut pixels, SIZE.0 as usize));
        });
        drawn.then(|| start.elapsed())
    };
    update_timers_and_animations();

    let theme = app.global::<Theme>();
    let hero = (theme.get_hero_width() as u32, theme.get_hero_height() as u32);
    let attract = app.global::<Attract>();
    let slide = |seed: u8| SlideView {
        card: card(1, hero, seed),
        selling_point: "薄胎透光，一碗两用".into(),
    };
    attract.set_back(slide(40));
    attract.set_front(slide(200));
    attract.set_front_shown(false);
    app.global::<Navigation>().set_page(Page::Attract);
    for _ in 0..60 {
        frame();
    }
    attract.set_fade(true);
    let mut all = vec![];
    for number in 0..FADES {
        attract.set_front_shown(number % 2 == 0);
        all.extend((0..60).filter_map(|_| frame()));
    }
    say("cross-fade", all, hero.0 * hero.1);

    let side = theme.get_card_width() as u32;
    let shelf = app.global::<Shelf>();
    let cards = (0..18).map(|number| card(number, (side, side), number as u8)).collect::<Vec<_>>();
    shelf.set_slots(ModelRc::new(VecModel::from(cards)));
    shelf.set_count(18);
    app.global::<Navigation>().set_page(Page::Shelf);
    frame();
    let steps = (0..SCROLLED).filter_map(|step| {
        shelf.set_offset(-7.0 * (step % 100) as f32);
        frame()
    });
    let steps = steps.collect();
    say("scroll", steps, SIZE.0 * SIZE.1);
}

fn say(what: &str, mut frames: Vec<Duration>, pixels: u32) {
    frames.sort_unstable();
    let median = frames[frames.len() / 2];
    println!(
        "{what}: {} frames, median {:.2} ms, {:.2} ns for each of {pixels} pixels, worst {:.2} ms",
        frames.len(),
        median.as_secs_f64() * 1e3,
        median.as_secs_f64() * 1e9 / f64::from(pixels),
        frames.last().unwrap().as_secs_f64() * 1e3
    );
}

fn card(number: i32, (width, height): (u32, u32), seed: u8) -> CardView {
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(width, height);
    for (at, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (at as u32 % width, at as u32 / width);
        *pixel = Rgb8Pixel::new((x / 2) as u8 ^ seed, (y / 3) as u8, seed);
    }
    CardView {
        index: number,
        title: "手作白瓷盖碗，三才杯 Gaiwan".into(),
        has_price: true,
        yuan: "128".into(),
        fen: "50".into(),
        list_price: "¥168".into(),
        has_picture: true,
        picture: Image::from_rgb8(pixels),
        ..CardView::default()
    }
}
