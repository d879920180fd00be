//! The service page: staff knock, give the PIN, see how the unit is, and do something about it.

mod panel_test;

use super::Pages;
use crate::{
    desk::{FactGroup, Order, PanelFacts, PanelOrder, UnitOrder},
    effect::{Effect, Purpose, Question},
    glyphs::drawable,
};
use cloud_shelf_core::{domain::Message, settings::SettingsReport};
use cloud_shelf_ui::{FactView, Service as Adapter, ServiceView};
use panel_test::PanelTest;
use slint::{ModelRc, SharedString, VecModel};

/// Another rotation goes back by itself if nobody says that it can be seen and touched.
const ROTATION_S: u32 = 20;

pub struct ServicePage {
    /// The PIN was given, or none is needed
    unlocked: bool,
    bound: bool,
    pin_set: bool,
    facts: Vec<FactGroup>,
    panel: PanelFacts,
    /// What is wrong with the unit's settings file
    config_problem: Option<Message>,
    panel_test: PanelTest,
}

impl ServicePage {
    pub fn new(pages: &Pages) -> Self {
        Self {
            unlocked: false,
            bound: false,
            pin_set: false,
            facts: vec![],
            panel: PanelFacts::default(),
            config_problem: None,
            panel_test: PanelTest::new(pages),
        }
    }

    /// Whether staff may see the page: the PIN was given, or is not needed.
    pub const fn is_unlocked(&self) -> bool {
        self.unlocked
    }

    pub const fn has_pin(&self) -> bool {
        self.pin_set
    }

    /// Says why nobody can get in. There has to be a PIN, unless the unit is unbound or still new.
    pub fn check_entrance(&self, has_desk: bool, is_new: bool) -> Result<(), Message> {
        if !has_desk {
            return Err(Message::fixed(
                "状态目录无法写入，服务页不可用。请检查存储卡，或重启设备",
                "The state directory can't be written, so there is no service page. Check the card, or restart the unit",
            ));
        }
        if !self.pin_set && self.bound && !is_new {
            return Err(Message::fixed(
                "还没有设置服务 PIN。请在设备上运行：sudo cloud-shelfctl pin",
                "The service page has no PIN yet. On the unit, run: sudo cloud-shelfctl pin",
            ));
        }
        Ok(())
    }

    pub fn unlock(&mut self, pages: &Pages) {
        self.unlocked = true;
        self.show_facts(pages);
        pages.global::<Adapter>().set_unlocked(true);
        self.show_view(pages, ServiceView::Overview);
    }

    /// The page is left by whatever way: the next one has to give the PIN again.
    pub fn lock(&mut self, pages: &Pages) {
        self.unlocked = false;
        let adapter = pages.global::<Adapter>();
        adapter.set_unlocked(false);
        adapter.set_view(ServiceView::Overview);
    }

    pub fn show_view(&self, pages: &Pages, view: ServiceView) {
        pages.global::<Adapter>().set_view(view);
        self.panel_test.clear();
        match view {
            ServiceView::Settings => self.show_settings(pages),
            ServiceView::Touch => self.panel_test.place_targets(pages),
            ServiceView::Colors => self.panel_test.show_first_color(pages),
            ServiceView::Overview | ServiceView::Panel | ServiceView::Logs => {}
        }
    }

    /// Back to the overview, for whoever may see it.
    pub fn leave_view(&self, pages: &Pages) -> Vec<Effect> {
        if !self.unlocked {
            return vec![Effect::LeaveService];
        }
        self.show_view(pages, ServiceView::Overview);
        vec![]
    }

    /// A button of the overview leads to one of its views.
    pub fn open_view(&self, pages: &Pages, view: ServiceView) -> Vec<Effect> {
        self.show_view(pages, view);
        vec![]
    }

    pub fn open_log(&self, pages: &Pages) -> Vec<Effect> {
        self.show_view(pages, ServiceView::Logs);
        vec![Effect::Order(UnitOrder::ReadLog.into())]
    }

    /// A finger draws in the touch test. A long line is a touch all the while.
    pub fn mark_touch(&self, pages: &Pages, x: f32, y: f32) -> Vec<Effect> {
        self.panel_test.mark_touch(pages, x, y);
        vec![Effect::Touched]
    }

    /// After the last colour the page is back.
    pub fn show_next_color(&self, pages: &Pages) -> Vec<Effect> {
        if self.panel_test.show_next_color(pages) { vec![] } else { self.leave_view(pages) }
    }

    pub fn sync(&self) -> Vec<Effect> {
        vec![Effect::Order(UnitOrder::Sync.into())]
    }

    pub fn change_pin(&self) -> Vec<Effect> {
        vec![Effect::AskFor(Purpose::NewPin, String::new())]
    }

    pub fn brighten(&self, percent: i32) -> Vec<Effect> {
        vec![Effect::Order(PanelOrder::Brighten(percent.clamp(0, 100) as u8).into())]
    }

    pub fn rotate(&self, degrees: i32) -> Vec<Effect> {
        let before = self.panel.rotation.filter(|before| i32::from(*before) != degrees);
        let (Some(before), Ok(degrees)) = (before, u16::try_from(degrees)) else { return vec![] };
        let rotate = |degrees| Order::from(PanelOrder::Rotate(degrees));
        let question = Question {
            title: Message::fixed("保留这个方向吗？", "Keep it this way?"),
            detail: Message::fixed(
                "如果画面和触摸都正常，请点“保留”。否则不用管，稍后会自动转回去。",
                "If picture and touch are right, press Keep. If not, wait: it turns back by itself.",
            ),
            yes: Message::fixed("保留", "Keep"),
            then: rotate(degrees),
            otherwise: Some(rotate(before)),
            seconds: ROTATION_S,
        };
        vec![Effect::Order(rotate(degrees)), Effect::Ask(question)]
    }

    pub fn unbind(&self) -> Vec<Effect> {
        vec![Effect::Ask(Question {
            title: Message::fixed("解除绑定？", "Unbind this unit?"),
            detail: Message::fixed(
                "这台设备将不再同步商品，设备密钥也会删除；屏幕上的商品保留。重新绑定后，可能需要运营方重新激活。",
                "It will follow no feed any more, and its key is deleted; what is on the shelf stays. Once it is bound again, \
                 the operator may have to activate it anew.",
            ),
            yes: Message::fixed("解除绑定", "Unbind"),
            then: UnitOrder::Unbind.into(),
            otherwise: None,
            seconds: 0,
        })]
    }

    pub fn restart_program(&self) -> Vec<Effect> {
        vec![Effect::Ask(Question {
            title: Message::fixed("重启屏幕程序？", "Restart the program?"),
            detail: Message::fixed("几秒钟后恢复。", "It is back in a few seconds."),
            yes: Message::fixed("重启", "Restart"),
            then: UnitOrder::RestartProgram.into(),
            otherwise: None,
            seconds: 0,
        })]
    }

    pub fn restart_unit(&self) -> Vec<Effect> {
        vec![Effect::Ask(Question {
            title: Message::fixed("重启这台设备？", "Restart the unit?"),
            detail: Message::fixed("大约一分钟后恢复。", "It is back in about a minute."),
            yes: Message::fixed("重启", "Restart"),
            then: UnitOrder::RestartUnit.into(),
            otherwise: None,
            seconds: 0,
        })]
    }

    pub fn set_bound(&mut self, pages: &Pages, bound: bool) {
        self.bound = bound;
        self.show_facts(pages);
    }

    pub fn set_pin_set(&mut self, pages: &Pages, pin_set: bool) {
        self.pin_set = pin_set;
        pages.global::<Adapter>().set_pin_set(pin_set);
    }

    pub fn set_facts(&mut self, pages: &Pages, facts: Vec<FactGroup>) {
        self.facts = facts;
        self.show_facts(pages);
    }

    pub fn set_panel_facts(&mut self, pages: &Pages, panel: PanelFacts) {
        self.panel = panel;
        self.show_facts(pages);
    }

    pub fn set_config_problem(&mut self, pages: &Pages, problem: Option<Message>) {
        self.config_problem = problem;
        self.show_facts(pages);
    }

    pub const fn config_problem(&self) -> Option<&Message> {
        self.config_problem.as_ref()
    }

    pub fn set_log(&self, pages: &Pages, lines: &[String]) {
        let lines: Vec<SharedString> = lines.iter().map(|line| drawable(line).as_ref().into()).collect();
        pages.global::<Adapter>().set_logs(ModelRc::new(VecModel::from(lines)));
    }

    pub fn set_syncing(&self, pages: &Pages, syncing: bool) {
        pages.global::<Adapter>().set_syncing(syncing);
    }

    /// Whether this program may restart the machine.
    pub fn set_can_restart_unit(&self, pages: &Pages, can: bool) {
        pages.global::<Adapter>().set_can_restart_unit(can);
    }

    /// In the page's language.
    pub fn show_facts(&self, pages: &Pages) {
        let lang = pages.language;
        let mut rows = vec![];
        for group in &self.facts {
            rows.push(FactView { heading: true, name: group.title.get(lang).into(), ..FactView::default() });
            rows.extend(group.facts.iter().map(|fact| FactView {
                heading: false,
                name: fact.name.get(lang).into(),
                value: drawable(fact.value.get(lang)).as_ref().into(),
                bad: fact.bad,
            }));
        }
        let adapter = pages.global::<Adapter>();
        adapter.set_facts(ModelRc::new(VecModel::from(rows)));
        adapter.set_bound(self.bound);
        adapter.set_rotation(self.panel.rotation.map_or(-1, Into::into));
        adapter.set_brightness(self.panel.brightness.map_or(-1, Into::into));
        let note = if self.panel.brightness.is_none() {
            Message::fixed(
                "这块屏幕的亮度不能在这里调，请用屏幕自己的按键。",
                "This panel's light can't be set from here; use the panel's own buttons.",
            )
        } else {
            Message::fixed("改动立即生效，断电后保留。", "Changes hold at once, and after a power cut.")
        };
        adapter.set_panel_note(note.get(lang).into());
        if adapter.get_view() == ServiceView::Settings {
            self.show_settings(pages);
        }
    }

    fn show_settings(&self, pages: &Pages) {
        let lang = pages.language;
        let adapter = pages.global::<Adapter>();
        let rows = SettingsReport::at(&pages.settings, pages.clock.now()).rows(lang);
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
        let problem = self.config_problem.as_ref().map(|problem| problem.get(lang).into());
        adapter.set_settings_problem(problem.unwrap_or_default());
    }
}
