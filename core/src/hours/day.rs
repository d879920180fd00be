//! Days of the week.

use crate::domain::Lang;
use jiff::civil::Weekday;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// Returns the name in a document: `mon`.
    pub const fn as_str(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }

    /// Returns the name for people.
    pub const fn name(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][self as usize],
            Lang::En => {
                ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][self as usize]
            }
        }
    }

    pub const fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % 7]
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.as_str() == name)
    }

    /// Guesses the day from a name that is not a document's.
    pub(super) fn guess(name: &str) -> Option<Self> {
        const SIGNS: [&[char]; 7] = [
            &['一', '1'],
            &['二', '2'],
            &['三', '3'],
            &['四', '4'],
            &['五', '5'],
            &['六', '6'],
            &['日', '天', '7'],
        ];
        let name = name.trim().to_lowercase();
        Self::ALL.into_iter().find(|day| {
            let is_start = name.starts_with(day.as_str());
            is_start || name.chars().last().is_some_and(|last| SIGNS[*day as usize].contains(&last))
        })
    }
}

impl From<Weekday> for Day {
    fn from(weekday: Weekday) -> Self {
        Self::ALL[usize::from(weekday.to_monday_zero_offset().unsigned_abs()) % 7]
    }
}
