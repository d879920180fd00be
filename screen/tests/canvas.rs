//! The loops that draw pictures and glyphs, held against Slint's own: the same page has to come out,
//! drawn as a whole or by its changed parts.

use cloud_shelf_platform::{Canvas, Pixel};
use cloud_shelf_ui::{AppWindow, Attract, CardView, ItemDetail, Navigation, Page, Shelf, SlideView, Theme};
use slint::{
    ComponentHandle, Image, ModelRc, PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer, VecModel,
    platform::{
        Platform, WindowAdapter,
        software_renderer::{MinimalSoftwareWindow, RepaintBufferType},
        update_timers_and_animations,
    },
};
use std::{cell::Cell, rc::Rc, time::Duration};

const WIDTH: u32 = 1080;
const HEIGHT: u32 = 1920;
/// Of a channel: each of the two rounds in its own way.
const NEAR: u8 = 3;

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

struct Rig {
    bare: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
    app: AppWindow,
    canvas: Vec<Pixel>,
}

impl Rig {
    fn new() -> Self {
        let bare = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        let now = Rc::new(Cell::new(Duration::ZERO));
        slint::platform::set_platform(Box::new(Bare { window: bare.clone(), now: now.clone() })).unwrap();
        let app = AppWindow::new().unwrap();
        bare.set_size(PhysicalSize::new(WIDTH, HEIGHT));
        app.show().unwrap();
        Self { bare, now, app, canvas: vec![Pixel(0); (WIDTH * HEIGHT) as usize] }
    }

    fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
        update_timers_and_animations();
    }

    /// Draws what has changed on our canvas, then the whole page by Slint's loops; compares.
    fn check(&mut self, what: &str) {
        self.pass(Duration::ZERO);
        let (canvas, stride) = (&mut self.canvas, WIDTH as usize);
        self.bare.request_redraw();
        self.bare.draw_if_needed(|renderer| {
            renderer.render_into_buffer(&mut Canvas::new(canvas, stride));
        });
        let mut whole = vec![Rgb8Pixel::default(); self.canvas.len()];
        self.bare.request_redraw();
        self.bare.draw_if_needed(|renderer| {
            renderer.set_repaint_buffer_type(RepaintBufferType::NewBuffer);
            renderer.render(&mut whole, stride);
        });
        let far = |(at, (ours, theirs)): (usize, (&Pixel, &Rgb8Pixel))| {
            let [r, g, b] = ours.red_green_blue();
            let far =
                [(r, theirs.r), (g, theirs.g), (b, theirs.b)].iter().any(|(a, b)| a.abs_diff(*b) > NEAR);
            far.then(|| (at % stride, at / stride, *ours, *theirs))
        };
        let far: Vec<_> = self.canvas.iter().zip(&whole).enumerate().filter_map(far).collect();
        assert!(far.is_empty(), "{what}: {} pixels differ, first {:?}", far.len(), &far[..far.len().min(3)]);
        assert!(whole.iter().any(|pixel| *pixel != whole[0]), "{what}: there is something on the page");
        // The next change is drawn over what is there
        self.bare
            .draw_if_needed(|renderer| renderer.set_repaint_buffer_type(RepaintBufferType::ReusedBuffer));
        self.bare.request_redraw();
        self.bare.draw_if_needed(|renderer| {
            renderer.set_repaint_buffer_type(RepaintBufferType::ReusedBuffer);
            renderer.render_into_buffer(&mut Canvas::new(&mut self.canvas, stride));
        });
    }
}

fn picture(width: u32, height: u32, seed: u8) -> Image {
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(width, height);
    for (at, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (at as u32 % width, at as u32 / width);
        *pixel = Rgb8Pixel::new((x / 2) as u8 ^ seed, (y / 3) as u8, seed);
    }
    Image::from_rgb8(pixels)
}

fn card(number: i32, side: u32) -> CardView {
    CardView {
        index: number,
        title: "手作白瓷盖碗，三才杯 Gaiwan".into(),
        has_price: true,
        yuan: "128".into(),
        fen: "50".into(),
        list_price: "¥168".into(),
        has_picture: true,
        picture: picture(side, side, (17 * number) as u8),
        ..CardView::default()
    }
}

#[test]
fn what_our_loops_draw_is_what_slints_draw() {
    let mut rig = Rig::new();
    let theme = rig.app.global::<Theme>();
    let side = theme.get_card_width() as u32;
    let hero = (theme.get_hero_width() as u32, theme.get_hero_height() as u32);

    let shelf = rig.app.global::<Shelf>();
    shelf.set_slots(ModelRc::new(VecModel::from((0..18).map(|at| card(at, side)).collect::<Vec<_>>())));
    shelf.set_count(18);
    rig.app.global::<Navigation>().set_page(Page::Shelf);
    rig.check("the shelf page");
    for offset in [-7.0, -333.0, -120.5, 0.0] {
        rig.app.global::<Shelf>().set_offset(offset);
        rig.check("the shelf page, scrolled");
    }

    let item = rig.app.global::<ItemDetail>();
    item.set_item(card(3, side));
    item.set_picture(picture(hero.0, hero.1, 90));
    item.set_has_picture(true);
    rig.app.global::<Navigation>().set_page(Page::Item);
    rig.check("the item page");
    rig.app.global::<ItemDetail>().set_picture(picture(hero.0, hero.1, 130));
    rig.check("another picture");

    let attract = rig.app.global::<Attract>();
    let slide = |seed| {
        let card = CardView { picture: picture(hero.0, hero.1, seed), ..card(1, 8) };
        SlideView { card, selling_point: "薄胎透光".into() }
    };
    attract.set_front_shown(false);
    attract.set_back(slide(40));
    attract.set_front(slide(200));
    rig.app.global::<Navigation>().set_page(Page::Attract);
    rig.check("the attract page");
    let attract = rig.app.global::<Attract>();
    attract.set_fade(true);
    attract.set_front_shown(true);
    for _ in 0..4 {
        rig.pass(Duration::from_millis(170));
        rig.check("the attract page, in the middle of its cross-fade");
    }
    assert!(!rig.app.window().has_active_animations(), "the cross-fade has ended");

    rig.app.global::<Navigation>().set_countdown(7);
    rig.check("a scrim over the page");
}
