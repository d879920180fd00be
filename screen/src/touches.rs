//! What each touch does: every callback of the pages leads to the page that it is for, or straight to
//! where it goes.

use crate::{effect::Effect, navigation::Navigation, theme::Aid};
use cloud_shelf_ui::{
    AppWindow, Ask, Assist, Banner, Entry, Fault, ItemDetail, Navigation as NavigationAdapter, Network,
    Search, Service, ServiceView, Setup, Shelf,
};
use slint::{ComponentHandle, SharedString};
use std::rc::Rc;

/// Has a page take a touch, and answers what it wants done.
type Touch = dyn FnOnce(&mut Navigation) -> Vec<Effect>;

/// Makes callbacks of touches.
#[derive(Clone)]
struct Callbacks(Rc<dyn Fn(Box<Touch>)>);

impl Callbacks {
    fn plain(&self, touch: fn(&mut Navigation) -> Vec<Effect>) -> impl Fn() + 'static {
        let take = self.0.clone();
        move || take(Box::new(touch))
    }

    /// With what the callback is given: a place, a percentage.
    fn with(&self, touch: fn(&mut Navigation, i32) -> Vec<Effect>) -> impl Fn(i32) + 'static {
        let take = self.0.clone();
        move |value| take(Box::new(move |n| touch(n, value)))
    }

    fn with_key(&self, touch: fn(&mut Navigation, &str) -> Vec<Effect>) -> impl Fn(SharedString) + 'static {
        let take = self.0.clone();
        move |key| take(Box::new(move |n| touch(n, &key)))
    }
}

/// Connects the callbacks of all pages; `take` is given each touch.
pub fn connect(window: &AppWindow, take: impl Fn(Box<Touch>) + 'static) {
    let on = Callbacks(Rc::new(take));
    connect_all(window, &on);
    connect_shopper(window, &on);
    connect_service(window, &on);
    connect_setup(window, &on);
}

/// What is on every page.
fn connect_all(window: &AppWindow, on: &Callbacks) {
    let navigation = window.global::<NavigationAdapter>();
    navigation.on_touched(on.plain(|_| vec![Effect::Touched]));
    navigation.on_wake(on.plain(|_| vec![Effect::Wake]));
    navigation.on_back(on.plain(|_| vec![Effect::GoBack]));
    navigation.on_home(on.plain(|_| vec![Effect::GoHome]));
    navigation.on_search(on.plain(|_| vec![Effect::OpenSearch]));
    navigation.on_knock(on.plain(|_| vec![Effect::Knock]));
    navigation.on_resized(on.plain(|_| vec![Effect::Resized]));
    navigation.on_switch_language(on.plain(|_| vec![Effect::ChooseNextLanguage]));
    let assist = window.global::<Assist>();
    assist.on_toggle_reach(on.plain(|_| vec![Effect::ToggleAid(Aid::Reach)]));
    assist.on_toggle_large_text(on.plain(|_| vec![Effect::ToggleAid(Aid::LargeText)]));
    assist.on_toggle_high_contrast(on.plain(|_| vec![Effect::ToggleAid(Aid::HighContrast)]));
    window.global::<Fault>().on_leave(on.plain(|_| vec![Effect::Wake]));
    let banner = window.global::<Banner>();
    banner.on_dismissed(on.plain(|n| vec![n.news.set_banner(&n.pages, None, None)]));
}

fn connect_shopper(window: &AppWindow, on: &Callbacks) {
    let shelf = window.global::<Shelf>();
    shelf.on_scrolled(on.plain(|_| vec![Effect::Scrolled]));
    shelf.on_choose_category(on.with(|n, category| n.shelf.choose_category(&n.pages, category)));
    shelf.on_open(on.with(|n, place| n.shelf.open_card(place)));
    let item = window.global::<ItemDetail>();
    item.on_open(on.with(|n, place| n.item.open_card(place)));
    item.on_show_picture(on.with(|n, picture| n.item.show_picture(&n.pages, picture)));
    let search = window.global::<Search>();
    search.on_strike(on.with_key(|n, key| n.search.type_key(&n.pages, key)));
    search.on_erase(on.plain(|n| n.search.erase(&n.pages)));
    search.on_clear(on.plain(|n| n.search.clear(&n.pages)));
    search.on_open(on.with(|n, place| n.search.open_card(&n.pages, place)));
    search.on_scrolled(on.plain(|_| vec![Effect::Scrolled]));
    search.on_choose_category(on.with(|_, category| vec![Effect::OpenCategory(category)]));
}

fn connect_service(window: &AppWindow, on: &Callbacks) {
    let service = window.global::<Service>();
    service.on_leave(on.plain(|_| vec![Effect::LeaveService]));
    service.on_view_back(on.plain(|n| n.service.leave_view(&n.pages)));
    service.on_sync(on.plain(|n| n.service.sync()));
    service.on_network(on.plain(|_| vec![Effect::OpenNetwork]));
    service.on_panel(on.plain(|n| n.service.open_view(&n.pages, ServiceView::Panel)));
    service.on_rotate(on.with(|n, degrees| n.service.rotate(degrees)));
    service.on_brighten(on.with(|n, percent| n.service.brighten(percent)));
    service.on_show_logs(on.plain(|n| n.service.open_log(&n.pages)));
    service.on_show_settings(on.plain(|n| n.service.open_view(&n.pages, ServiceView::Settings)));
    service.on_set_up(on.plain(|_| vec![Effect::OpenSetup]));
    service.on_change_pin(on.plain(|n| n.service.change_pin()));
    service.on_unbind(on.plain(|n| n.service.unbind()));
    service.on_restart_program(on.plain(|n| n.service.restart_program()));
    service.on_restart_unit(on.plain(|n| n.service.restart_unit()));
    service.on_touch_test(on.plain(|_| vec![Effect::OpenPanelTest(ServiceView::Touch)]));
    service.on_color_test(on.plain(|_| vec![Effect::OpenPanelTest(ServiceView::Colors)]));
    service.on_next_color(on.plain(|n| n.service.show_next_color(&n.pages)));
    let take = on.0.clone();
    service.on_drawn(move |x, y| take(Box::new(move |n| n.service.mark_touch(&n.pages, x, y))));
}

fn connect_setup(window: &AppWindow, on: &Callbacks) {
    let setup = window.global::<Setup>();
    setup.on_network(on.plain(|n| n.setup.open_network()));
    setup.on_codes(on.plain(|n| n.setup.enter_codes()));
    setup.on_feed(on.plain(|n| n.setup.enter_feed()));
    setup.on_pin(on.plain(|n| n.setup.set_new_pin()));
    setup.on_leave(on.plain(|_| vec![Effect::LeaveService]));
    let network = window.global::<Network>();
    network.on_close(on.plain(|n| n.network.leave(&n.pages)));
    network.on_scan(on.plain(|n| n.network.scan()));
    network.on_join(on.with(|n, place| n.network.join(place)));
    network.on_forget(on.with(|n, place| n.network.forget(place)));
    network.on_hidden(on.plain(|n| n.network.join_hidden()));
    network.on_proxy(on.plain(|n| n.network.change_proxy()));
    let entry = window.global::<Entry>();
    entry.on_strike(on.with_key(|n, key| n.entry.type_key(&n.pages, key)));
    entry.on_erase(on.plain(|n| n.entry.erase(&n.pages)));
    entry.on_clear(on.plain(|n| n.entry.clear(&n.pages)));
    entry.on_accept(on.plain(|n| n.entry.accept(&n.pages)));
    entry.on_cancel(on.plain(|n| n.entry.cancel(&n.pages)));
    entry.on_toggle_shown(on.plain(|n| n.entry.toggle_shown(&n.pages)));
    entry.on_switch_keys(on.plain(|n| n.entry.switch_keys(&n.pages)));
    let ask = window.global::<Ask>();
    ask.on_accept(on.plain(|n| n.ask.answer(&n.pages, true)));
    ask.on_refuse(on.plain(|n| n.ask.answer(&n.pages, false)));
}
