//! Status of reporting: what waits, what was sent, what was lost, and whether the operator has
//! activated this unit.

use cloud_shelf_core::{domain::Message, report::OperatorMessage, sqlite::SqliteError};
use rusqlite::{Connection, OptionalExtension};

/// The operator's decision on this unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// Not asked yet
    #[default]
    None,
    /// 待激活: a person at the operator's has to approve
    Pending(OperatorMessage),
    /// 已激活
    Active,
    Refused {
        /// Code of the reason, such as `unknown_code`
        reason: String,
        words: OperatorMessage,
    },
}

/// Status of reporting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Events not reported yet
    pub waiting: u64,
    /// How many of these are only kept as daily counts
    pub folded: u64,
    pub sent: u64,
    pub lost: u64,
    pub activation: Activation,
    /// Unix time (seconds) of the last report that got through
    pub last_report: Option<i64>,
    /// Error code of the failure after that, if any
    pub problem: Option<String>,
}

pub(super) fn waiting(db: &Connection) -> Result<u64, SqliteError> {
    counts(db).map(|(waiting, _)| waiting)
}

/// Returns the number of waiting events, and how many of them are folded.
fn counts(db: &Connection) -> Result<(u64, u64), SqliteError> {
    let sql = "SELECT (SELECT count(*) FROM single), \
        (SELECT coalesce(sum(count), 0) FROM daily WHERE kind <> 'lost'), \
        (SELECT coalesce(sum(count), 0) FROM outgoing WHERE kind <> 'lost'), \
        (SELECT count(*) FROM outgoing WHERE kind <> 'lost' AND count IS NULL)";
    let [single, daily, outgoing, outgoing_single] = db.query_row(sql, [], |row| {
        let number = |n| row.get::<_, i64>(n).map(|number| number as u64);
        Ok([number(0)?, number(1)?, number(2)?, number(3)?])
    })?;
    Ok((single + daily + outgoing + outgoing_single, daily + outgoing))
}

pub(super) fn read(db: &Connection) -> Result<Standing, SqliteError> {
    let (waiting, folded) = counts(db)?;
    let sql = "SELECT sent, lost, activation, activation_reason, words_zh, words_en, last_report, problem FROM state";
    let found = db.query_row(sql, [], |row| {
        let name: String = row.get(2)?;
        let words = OperatorMessage { zh: row.get(4)?, en: row.get(5)? };
        let activation = match name.as_str() {
            "pending" => Activation::Pending(words),
            "active" => Activation::Active,
            "refused" => Activation::Refused { reason: row.get(3)?, words },
            _ => Activation::None,
        };
        let problem = Some(row.get(7)?).filter(|problem: &String| !problem.is_empty());
        let standing = Standing {
            waiting,
            folded,
            sent: row.get::<_, i64>(0)? as u64,
            lost: row.get::<_, i64>(1)? as u64,
            activation,
            last_report: row.get(6)?,
            problem,
        };
        Ok((standing, name))
    });
    let (standing, name) = found.optional()?.ok_or_else(|| SqliteError::damaged("no state"))?;
    if standing.activation == Activation::None && name != "none" {
        return Err(SqliteError::damaged(&format!("unknown activation state: {name:?}")));
    }
    Ok(standing)
}

impl Activation {
    /// Returns the machine-readable name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending(_) => "pending",
            Self::Active => "active",
            Self::Refused { .. } => "refused",
        }
    }

    /// Explains the state and says what to do: in the operator's words, or else in ours.
    pub fn message(&self) -> Message {
        let or = |words: &OperatorMessage, zh: &'static str, en: &'static str| {
            let pick =
                |own: &str, fixed: &str| if own.is_empty() { fixed.to_owned() } else { own.to_owned() };
            Message::new(pick(&words.zh, zh), pick(&words.en, en))
        };
        match self {
            Self::None => Message::fixed(
                "尚未向运营方登记。联网后会自动登记。",
                "Not registered with the operator yet; this happens automatically once there is a network.",
            ),
            Self::Pending(words) => or(
                words,
                "待激活：已向运营方登记，等待对方确认。请把门店码、设备码和设备密钥编号发给运营方。",
                "Waiting for activation: the operator has to approve this unit. Send the operator the store code, the device code and the key id.",
            ),
            Self::Active => Message::fixed("已激活", "Activated"),
            Self::Refused { reason, words } => match reason.as_str() {
                "unknown_code" => or(
                    words,
                    "运营方没有这个门店码和设备码。请核对绑定信息，或请运营方先登记。",
                    "The operator does not know this store code and device code. Check the binding, or ask the operator to enter the codes.",
                ),
                "other_key" => or(
                    words,
                    "这个设备码已由另一台机器（或重装前的本机）激活。请核对绑定信息；若确为本机，请运营方解除原来的激活。",
                    "This device code was activated by another unit, or by this one before it was set up again. Check the binding; if it is right, ask the operator to release the code.",
                ),
                _ => or(
                    words,
                    "运营方拒绝了激活。请联系运营方。",
                    "The operator refuses to activate this unit. Ask the operator why.",
                ),
            },
        }
    }
}
