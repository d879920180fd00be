//! The service page: staff knock, give the PIN, see how the unit is, and do something about it.

use super::{
    ask::Question,
    desk::{Desk, FactGroup, Order, PanelFacts, Watched},
    entry::Purpose,
    screen::Screen,
};
use cloud_shelf_core::{domain::Message, settings::SettingsReport};
use cloud_shelf_ui::{FactView, Navigation, Page, Service as Adapter, ServiceView};
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// How long the result of an order is shown.
const NEWS: Duration = Duration::from_secs(20);
/// Another rotation goes back by itself if nobody says that it can be seen and touched.
const ROTATION_S: u32 = 20;

#[derive(Default)]
pub(super) struct ServicePage {
    pub(super) desk: RefCell<Option<Rc<dyn Desk>>>,
    /// The PIN was given, or none is needed
    unlocked: Cell<bool>,
    pin_set: Cell<bool>,
    facts: RefCell<Vec<FactGroup>>,
    panel: Cell<PanelFacts>,
    /// What is watched by the desk
    watched: Cell<Watched>,
    pub(super) tests: super::screen_tests::ScreenTests,
}

impl Screen {
    pub(super) fn connect_service(self: &Rc<Self>) {
        let act = |action| self.handler(action);
        let act_on = |action: fn(&Self, i32)| self.handler_of(action);
        self.window.global::<Navigation>().on_knock(act(|screen| {
            if let Err(words) = screen.enter_service() {
                screen.tell(words, None);
            }
        }));
        let adapter = self.window.global::<Adapter>();
        adapter.on_leave(act(Self::leave_service));
        adapter.on_view_back(act(Self::leave_view));
        adapter.on_sync(act(|screen| screen.order(Order::Sync)));
        adapter.on_network(act(Self::open_network));
        adapter.on_panel(act(|screen| screen.view(ServiceView::Panel)));
        adapter.on_rotate(act_on(Self::rotate));
        adapter.on_brighten(act_on(|screen, percent| {
            screen.order(Order::Brighten(percent.clamp(0, 100) as u8));
        }));
        adapter.on_show_logs(act(|screen| {
            screen.order(Order::Logs);
            screen.view(ServiceView::Logs);
        }));
        adapter.on_show_settings(act(|screen| screen.view(ServiceView::Settings)));
        adapter.on_set_up(act(Self::enter_setup));
        adapter.on_change_pin(act(|screen| screen.ask_for(Purpose::NewPin, String::new())));
        adapter.on_unbind(act(|screen| screen.ask(unbinding())));
        adapter.on_restart_program(act(|screen| screen.ask(restarting(false))));
        adapter.on_restart_unit(act(|screen| screen.ask(restarting(true))));
        self.connect_tests();
    }

    /// Who carries out what the pages for staff ask.
    pub fn set_desk(&self, desk: Rc<dyn Desk>) {
        // The setup page may be in sight already
        desk.order(Order::Watch(self.service.watched.get()));
        *self.service.desk.borrow_mut() = Some(desk);
        self.say_setup();
    }

    pub(super) fn desk(&self) -> Option<Rc<dyn Desk>> {
        self.service.desk.borrow().clone()
    }

    pub(super) fn order(&self, order: Order) {
        if let Some(desk) = self.desk() {
            desk.order(order);
        }
    }

    /// Whether the service page has a PIN.
    pub fn set_pin(&self, set: bool) {
        self.service.pin_set.set(set);
        self.window.global::<Adapter>().set_pin_set(set);
        self.say_setup();
        self.reopen_setup();
    }

    pub(super) fn has_pin(&self) -> bool {
        self.service.pin_set.get()
    }

    /// Whether staff may see the page: the PIN was given, or is not needed.
    pub fn is_unlocked(&self) -> bool {
        self.service.unlocked.get()
    }

    /// Asks for the PIN, and opens the page where there is none and the unit is unbound or still new.
    pub(super) fn enter_service(&self) -> Result<(), Message> {
        if self.service.unlocked.get() {
            self.enter(Page::Service);
            self.watch_for(Watched::Service);
            return Ok(());
        }
        if self.desk().is_none() {
            return Err(Message::fixed(
                "状态目录无法写入，服务页不可用。请检查存储卡，或重启设备",
                "The state directory can't be written, so there is no service page. Check the card, or restart the unit",
            ));
        }
        if !self.has_pin() && self.bound.get() && !self.is_new() {
            return Err(Message::fixed(
                "还没有设置服务 PIN。请在设备上运行：sudo cloud-shelfctl pin",
                "The service page has no PIN yet. On the unit, run: sudo cloud-shelfctl pin",
            ));
        }
        self.close_sheets();
        self.enter(Page::Service);
        if self.has_pin() {
            self.ask_for(Purpose::Pin, String::new());
        } else {
            self.unlock();
        }
        Ok(())
    }

    pub(super) fn unlock(&self) {
        if self.page() != Page::Service {
            return;
        }
        self.service.unlocked.set(true);
        self.say_facts();
        self.window.global::<Adapter>().set_unlocked(true);
        self.view(ServiceView::Overview);
        self.watch_for(Watched::Service);
        self.touched();
    }

    /// The page is left by whatever way: the next one has to give the PIN again.
    pub(super) fn lock(&self) {
        self.close_sheets();
        self.service.unlocked.set(false);
        let adapter = self.window.global::<Adapter>();
        adapter.set_unlocked(false);
        adapter.set_view(ServiceView::Overview);
        self.watch_for(Watched::Nothing);
    }

    /// Nothing that staff have opened stays over the pages.
    pub(super) fn close_sheets(&self) {
        self.close_entry();
        self.answer(false);
        self.close_network();
    }

    /// Tells the desk what is in sight.
    pub(super) fn watch_for(&self, watched: Watched) {
        if self.service.watched.replace(watched) != watched {
            self.order(Order::Watch(watched));
        }
    }

    /// To the shelf, or to what stands in its place.
    pub(super) fn leave_service(&self) {
        self.setup.in_use.set(false);
        self.lock();
        if self.shelf.borrow().listed().is_empty() {
            // Where it leads depends on what the unit lacks
            self.enter(Page::Fault);
            self.reopen();
        } else {
            self.enter_attract();
        }
    }

    /// Back to the overview, for whoever may see it.
    pub(super) fn leave_view(&self) {
        if self.is_unlocked() { self.view(ServiceView::Overview) } else { self.leave_service() }
    }

    pub(super) fn view(&self, view: ServiceView) {
        let adapter = self.window.global::<Adapter>();
        adapter.set_view(view);
        self.clear_tests();
        if view == ServiceView::Settings {
            self.say_settings();
        }
    }

    fn rotate(&self, degrees: i32) {
        let Some(before) = self.service.panel.get().rotation.filter(|before| i32::from(*before) != degrees)
        else {
            return;
        };
        let Ok(degrees) = u16::try_from(degrees) else { return };
        self.order(Order::Rotate(degrees));
        self.ask(Question {
            title: Message::fixed("保留这个方向吗？", "Keep it this way?"),
            detail: Message::fixed(
                "如果画面和触摸都正常，请点“保留”。否则不用管，稍后会自动转回去。",
                "If picture and touch are right, press Keep. If not, wait: it turns back by itself.",
            ),
            yes: Message::fixed("保留", "Keep"),
            then: Order::Rotate(degrees),
            otherwise: Some(Order::Rotate(before)),
            seconds: ROTATION_S,
        });
    }

    /// What came of something, over whatever page it is.
    pub fn tell(&self, title: Message, detail: Option<Message>) {
        self.set_banner(Some(super::Banner { title, detail, done: None }), Some(NEWS));
    }

    pub fn set_facts(&self, facts: Vec<FactGroup>) {
        self.service.facts.replace(facts);
        self.say_facts();
    }

    pub fn set_syncing(&self, syncing: bool) {
        self.window.global::<Adapter>().set_syncing(syncing);
    }

    /// Whether this program may restart the machine.
    pub fn set_can_restart_unit(&self, can: bool) {
        self.window.global::<Adapter>().set_can_restart_unit(can);
    }

    pub fn set_panel_facts(&self, panel: PanelFacts) {
        self.service.panel.set(panel);
        self.say_facts();
    }

    pub fn set_logs(&self, lines: Vec<String>) {
        let lines: Vec<SharedString> =
            lines.iter().map(|line| super::drawable(line).as_ref().into()).collect();
        self.window.global::<Adapter>().set_logs(ModelRc::new(VecModel::from(lines)));
    }

    /// In the page's language.
    pub(super) fn say_facts(&self) {
        let lang = self.language();
        let mut rows = vec![];
        for group in self.service.facts.borrow().iter() {
            rows.push(FactView { heading: true, name: group.title.get(lang).into(), ..FactView::default() });
            rows.extend(group.facts.iter().map(|fact| FactView {
                heading: false,
                name: fact.name.get(lang).into(),
                value: super::drawable(fact.value.get(lang)).as_ref().into(),
                bad: fact.bad,
            }));
        }
        let adapter = self.window.global::<Adapter>();
        adapter.set_facts(ModelRc::new(VecModel::from(rows)));
        adapter.set_bound(self.bound.get());
        let panel = self.service.panel.get();
        adapter.set_rotation(panel.rotation.map_or(-1, Into::into));
        adapter.set_brightness(panel.brightness.map_or(-1, Into::into));
        let note = if panel.brightness.is_none() {
            Message::fixed(
                "这块屏幕的亮度不能在这里调，请用屏幕自己的按键。",
                "This panel's light can't be set from here; use the panel's own buttons.",
            )
        } else {
            Message::fixed("改动立即生效，断电后保留。", "Changes hold at once, and after a power cut.")
        };
        adapter.set_panel_note(note.get(lang).into());
        if adapter.get_view() == ServiceView::Settings {
            self.say_settings();
        }
    }

    fn say_settings(&self) {
        let lang = self.language();
        let adapter = self.window.global::<Adapter>();
        let rows = SettingsReport::at(&self.settings(), self.clock.now()).rows(lang);
        let none = Message::fixed("都是默认值", "All are defaults");
        let row = |[name, value, from]: [String; 3]| FactView {
            heading: false,
            name: name.into(),
            value: Message::new(format!("{value}（{from}）"), format!("{value} ({from})")).get(lang).into(),
            bad: false,
        };
        let mut rows: Vec<FactView> = rows.into_iter().map(row).collect();
        if rows.is_empty() {
            rows.push(FactView { value: none.get(lang).into(), ..FactView::default() });
        }
        adapter.set_settings(ModelRc::new(VecModel::from(rows)));
        let problem = self.config_problem().map(|problem| problem.get(lang).into()).unwrap_or_default();
        adapter.set_settings_problem(problem);
    }
}

fn unbinding() -> Question {
    Question {
        title: Message::fixed("解除绑定？", "Unbind this unit?"),
        detail: Message::fixed(
            "这台设备将不再同步商品，设备密钥也会删除；屏幕上的商品保留。重新绑定后，可能需要运营方重新激活。",
            "It will follow no feed any more, and its key is deleted; what is on the shelf stays. Once it is bound again, \
             the operator may have to activate it anew.",
        ),
        yes: Message::fixed("解除绑定", "Unbind"),
        then: Order::Unbind,
        otherwise: None,
        seconds: 0,
    }
}

fn restarting(unit: bool) -> Question {
    let (title, detail, then) = if unit {
        (
            Message::fixed("重启这台设备？", "Restart the unit?"),
            Message::fixed("大约一分钟后恢复。", "It is back in about a minute."),
            Order::RestartUnit,
        )
    } else {
        (
            Message::fixed("重启屏幕程序？", "Restart the program?"),
            Message::fixed("几秒钟后恢复。", "It is back in a few seconds."),
            Order::RestartProgram,
        )
    };
    let yes = Message::fixed("重启", "Restart");
    Question { title, detail, yes, then, otherwise: None, seconds: 0 }
}
