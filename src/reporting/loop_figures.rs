//! The loop figures: how many givers were told, how fast, and how well. Pure: counted case by case, so that any number
//! of cases needs little memory.
//!
//! A case that was reopened counts as follows: its first answer as *available*, the telling in force as *told* (while
//! it is in handling again its giver is not told), and the deadlines of its last round. A deadline is kept if the step
//! was taken by the closing hour of its day. From then on it is broken, whether the step was taken later or not yet;
//! before, it does not count. Where staff tell the giver (oral notes, groups) the tell deadline needs the telling.
//! Elsewhere it needs the answer to be available, since an anonymous giver who comes back late breaks no deadline.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{Channel, Month};
use crate::calendar::Calendar;
use crate::calendar::{CalendarError, is_broken};
use crate::case::deadlines::Deadline;
use crate::case::decision::DecisionKind;
use crate::case::steps::{State, Step};
use crate::case::words::Verdict;
use crate::figures::suppression::{hidden_parts, may_show};
use crate::handling::read::open_deadlines;
use crate::store::case_log::StepRow;
use crate::store::cases::CaseRow;

/// The deadlines of a case, in their order.
pub const DEADLINES: [Deadline; 3] = Deadline::ALL;
/// The number of deadlines.
const KINDS: usize = DEADLINES.len();

/// The counts of some cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    pub cases: u64,
    /// Cases whose giver was told.
    pub told: u64,
    /// Working days from receipt to the first answer, with the number of cases.
    pub to_available: BTreeMap<u16, u64>,
    /// Working days from receipt to the telling in force, with the number of cases.
    pub to_told: BTreeMap<u16, u64>,
    /// Deadlines kept, in the order of [`DEADLINES`].
    pub kept: [u64; KINDS],
    /// Deadlines broken.
    pub broken: [u64; KINDS],
    /// Verdicts that the answer helped.
    pub helped: u64,
    /// Verdicts that the answer did not help.
    pub did_not_help: u64,
    /// Decisions in force by kind.
    pub decisions: BTreeMap<DecisionKind, u64>,
    /// Cases whose giver has not been told, by state.
    pub open: BTreeMap<State, u64>,
    /// Deadlines that are broken and still to be met, by kind: a part of those broken.
    pub overdue: [u64; KINDS],
}

/// The smallest part that is counted by itself: what one unit got of one channel in one month while it was one producer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    pub unit_id: Uuid,
    pub producer_id: Uuid,
    /// In which the cases were received.
    pub month: Month,
    pub channel: Channel,
}

/// When the figures are read.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: Timestamp,
    /// The hour after which a deadline of the day is broken.
    pub closing_hour: u8,
}

/// Whether a deadline was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Yes,
    No,
    /// Neither yet.
    Open,
}

impl Tally {
    /// Counts a case. `steps` are its steps that acknowledge, ask, decide or tell, oldest first.
    ///
    /// # Errors
    /// [`CalendarError`] when the days are too far apart to count.
    pub fn count(
        &mut self,
        case: &CaseRow,
        steps: &[StepRow],
        calendar: &Calendar,
        moment: Moment,
    ) -> Result<(), CalendarError> {
        let state = case.state;
        let is = |step: Step| move |row: &&StepRow| row.step == step;
        self.cases += 1;
        if let Some(told) = case.told_on {
            self.told += 1;
            *self.to_told.entry(calendar.working_days_between(case.received_on.0, told.0)?).or_default() += 1;
        }
        if let Some(first) = steps.iter().find(is(Step::Decide)) {
            *self
                .to_available
                .entry(calendar.working_days_between(case.received_on.0, first.on_day.0)?)
                .or_default() += 1;
        }
        let decided = steps.iter().rfind(is(Step::Decide)).filter(|_| case.available_on.is_some());
        let told = steps.iter().rfind(is(Step::Tell)).filter(|_| case.told_on.is_some());
        // The first of these steps acknowledges the case, whichever it is.
        let acknowledged = steps.first().filter(|_| case.acknowledged_on.is_some());
        let answered = if case.channel.properties().told_by_staff.is_some() { told } else { decided };
        let runs = state != State::WaitingForGiver;
        let judged = [
            judge(acknowledged, case.acknowledge_by.0, moment, runs),
            judge(decided, case.decide_by.0, moment, runs),
            judge(answered, case.tell_by.0, moment, runs),
        ];
        for (index, kept) in judged.into_iter().enumerate() {
            let counted = match kept {
                Kept::Yes => self.kept.get_mut(index),
                Kept::No => self.broken.get_mut(index),
                Kept::Open => None,
            };
            counted.into_iter().for_each(|count| *count += 1);
        }
        match case.verdict {
            Some(Verdict::Helped) => self.helped += 1,
            Some(Verdict::DidNotHelp) => self.did_not_help += 1,
            None => {}
        }
        if let Some(decision) = case.decision {
            *self.decisions.entry(decision).or_default() += 1;
        }
        if !matches!(state, State::Told | State::Closed) {
            *self.open.entry(state).or_default() += 1;
        }
        let open = open_deadlines(case).into_iter();
        for (deadline, _) in open.filter(|(_, day)| is_broken(*day, moment.now, moment.closing_hour)) {
            let index = DEADLINES.iter().position(|listed| *listed == deadline).unwrap_or(KINDS);
            self.overdue.get_mut(index).into_iter().for_each(|count| *count += 1);
        }
        Ok(())
    }

    /// Adds the counts of other cases.
    pub fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.told += other.told;
        self.helped += other.helped;
        self.did_not_help += other.did_not_help;
        for (into, from) in [(&mut self.to_available, &other.to_available), (&mut self.to_told, &other.to_told)] {
            from.iter().for_each(|(days, count)| *into.entry(*days).or_default() += count);
        }
        for (into, from) in
            [(&mut self.kept, &other.kept), (&mut self.broken, &other.broken), (&mut self.overdue, &other.overdue)]
        {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
        }
        other.decisions.iter().for_each(|(kind, count)| *self.decisions.entry(*kind).or_default() += count);
        other.open.iter().for_each(|(state, count)| *self.open.entry(*state).or_default() += count);
    }

    /// The measures of a block that are about enough givers, each by itself; the others are left out.
    fn of_enough(&self) -> Self {
        let enough = |measure| may_show(self.measured(measure));
        let mut kept = Self::default();
        if enough(Measure::Told) {
            (kept.cases, kept.told) = (self.cases, self.told);
        }
        if enough(Measure::ToAvailable) {
            kept.to_available.clone_from(&self.to_available);
        }
        if enough(Measure::ToTold) {
            kept.to_told.clone_from(&self.to_told);
        }
        for index in (0..KINDS).filter(|index| enough(Measure::Deadline(*index))) {
            (kept.kept[index], kept.broken[index]) = (self.kept[index], self.broken[index]);
        }
        // Each of the two is about givers of its own, as is each kind of decision.
        if [self.helped, self.did_not_help].into_iter().all(|count| count == 0 || may_show(count)) {
            (kept.helped, kept.did_not_help) = (self.helped, self.did_not_help);
        }
        if self.decisions.values().all(|count| may_show(*count)) {
            kept.decisions.clone_from(&self.decisions);
        }
        kept
    }

    fn measured(&self, measure: Measure) -> u64 {
        match measure {
            Measure::Told => self.cases,
            Measure::ToAvailable => self.to_available.values().sum(),
            Measure::ToTold => self.to_told.values().sum(),
            Measure::Deadline(index) => self.kept.get(index).unwrap_or(&0) + self.broken.get(index).unwrap_or(&0),
            Measure::Verdicts => self.helped + self.did_not_help,
            Measure::Decisions => self.decisions.values().sum(),
        }
    }
}

fn judge(done: Option<&StepRow>, by: Date, moment: Moment, runs: bool) -> Kept {
    let Some(step) = done else {
        return if runs && is_broken(by, moment.now, moment.closing_hour) { Kept::No } else { Kept::Open };
    };
    // A step of a giver or the service has only a day, and counts for the whole of it.
    let instant = step.at.and_then(|at| Timestamp::from_microsecond(at).ok());
    let late = instant.map_or(step.on_day.0 > by, |at| is_broken(by, at, moment.closing_hour));
    if late { Kept::No } else { Kept::Yes }
}

/// A figure that is shown or hidden independently of the others, since each is about other givers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Told,
    ToAvailable,
    ToTold,
    Deadline(usize),
    Verdicts,
    Decisions,
}

const MEASURES: [Measure; 8] = [
    Measure::Told,
    Measure::ToAvailable,
    Measure::ToTold,
    Measure::Deadline(0),
    Measure::Deadline(1),
    Measure::Deadline(2),
    Measure::Verdicts,
    Measure::Decisions,
];

/// The figures of some cases; null where they are about too few givers or none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    pub cases: Option<u64>,
    /// Share of cases whose giver was told.
    pub told_share: Option<f64>,
    /// Median working days from receipt to the first answer.
    pub median_to_available: Option<f64>,
    /// Median working days from receipt to the telling.
    pub median_to_told: Option<f64>,
    /// Share of deadlines kept, in the order of [`DEADLINES`], and the number of deadlines.
    pub kept_shares: [Option<(f64, u64)>; KINDS],
    /// Verdicts that it helped, and that it did not.
    pub verdicts: Option<(u64, u64)>,
    /// Decisions in force by kind.
    pub decisions: Option<BTreeMap<DecisionKind, u64>>,
    /// Share of decisions that were changes, made or planned.
    pub change_share: Option<f64>,
    /// Cases whose giver has not been told, by state; only for readers who see the states of cases.
    pub open: Option<BTreeMap<State, u64>>,
    /// Deadlines that are broken and still to be met, in the order of [`DEADLINES`]; for the same readers.
    pub overdue: Option<[u64; KINDS]>,
}

/// The figures of all channels together and of each, for readers who see the cases' states: how many cases there are and
/// where they stand, all else about enough givers or hidden.
pub fn figures(blocks: &BTreeMap<Block, Tally>) -> (Figures, BTreeMap<Channel, Figures>) {
    let (all, by_channel) = sums(blocks.iter().map(|(block, tally)| (block.channel, tally)));
    let hidden: Vec<Vec<bool>> = MEASURES
        .iter()
        .map(|measure| hidden_parts(&by_channel.values().map(|tally| tally.measured(*measure)).collect::<Vec<_>>()))
        .collect();
    let parts = by_channel.iter().enumerate().map(|(index, (channel, tally))| {
        let shown = |measure: Measure| {
            let place = MEASURES.iter().position(|known| *known == measure).unwrap_or_default();
            !hidden.get(place).and_then(|parts| parts.get(index)).copied().unwrap_or(true)
        };
        (*channel, figures_of(tally, true, shown))
    });
    let parts = parts.collect();
    (figures_of(&all, true, |measure| may_show(all.measured(measure))), parts)
}

/// What is kept of blocks whose month is closed, for readers who do not see the cases: the measures that are about enough
/// givers. It is made once: whoever could read a month again after one more giver has answered, or one was taken back, would
/// learn of that one from the difference.
pub fn closed(blocks: BTreeMap<Block, Tally>) -> BTreeMap<Block, Tally> {
    let kept = blocks.into_iter().map(|(block, tally)| (block, tally.of_enough()));
    kept.filter(|(_, tally)| *tally != Tally::default()).collect()
}

/// The figures for readers who do not see the cases: sums of whole [`closed`] blocks, each of them about enough givers. So the
/// difference of two such figures, of periods, places, channels or days of asking, is about enough givers too, or about nobody.
/// What is in smaller blocks is left out.
pub fn figures_of_blocks(closed: &BTreeMap<Block, Tally>) -> (Figures, BTreeMap<Channel, Figures>) {
    let (all, by_channel) = sums(closed.iter().map(|(block, tally)| (block.channel, tally)));
    let of = |tally: &Tally| figures_of(tally, false, |measure| tally.measured(measure) > 0);
    let parts = by_channel.iter().map(|(channel, tally)| (*channel, of(tally))).collect();
    (of(&all), parts)
}

/// All together, and each channel.
fn sums<'t>(tallies: impl Iterator<Item = (Channel, &'t Tally)>) -> (Tally, BTreeMap<Channel, Tally>) {
    let (mut all, mut by_channel) = (Tally::default(), BTreeMap::<Channel, Tally>::new());
    for (channel, tally) in tallies {
        all.add(tally);
        by_channel.entry(channel).or_default().add(tally);
    }
    (all, by_channel)
}

fn figures_of(tally: &Tally, sees_states: bool, shown: impl Fn(Measure) -> bool) -> Figures {
    let mut kept_shares = [None; KINDS];
    for (index, place) in kept_shares.iter_mut().enumerate() {
        let of = tally.measured(Measure::Deadline(index));
        let kept = tally.kept.get(index).copied().unwrap_or(0);
        *place = share(kept, of).filter(|_| shown(Measure::Deadline(index))).map(|share| (share, of));
    }
    let decided = tally.measured(Measure::Decisions);
    let changes = [DecisionKind::ChangeMade, DecisionKind::ChangePlanned]
        .into_iter()
        .filter_map(|kind| tally.decisions.get(&kind))
        .sum();
    let verdicts = tally.measured(Measure::Verdicts) > 0 && shown(Measure::Verdicts);
    Figures {
        cases: (sees_states || shown(Measure::Told)).then_some(tally.cases),
        told_share: share(tally.told, tally.cases).filter(|_| shown(Measure::Told)),
        median_to_available: median(&tally.to_available).filter(|_| shown(Measure::ToAvailable)),
        median_to_told: median(&tally.to_told).filter(|_| shown(Measure::ToTold)),
        kept_shares,
        verdicts: verdicts.then_some((tally.helped, tally.did_not_help)),
        // Each kind is about its own givers: for readers who do not see the cases, all kinds are shown or none.
        decisions: (decided > 0 && shown(Measure::Decisions))
            .then(|| tally.decisions.clone())
            .filter(|kinds| sees_states || kinds.values().all(|count| may_show(*count))),
        change_share: share(changes, decided).filter(|_| shown(Measure::Decisions)),
        open: sees_states.then(|| tally.open.clone()),
        overdue: sees_states.then_some(tally.overdue),
    }
}

/// A part of a whole; none if the whole is zero.
#[expect(clippy::cast_precision_loss, reason = "more cases than a double counts exactly there never are")]
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The median of counted numbers; for an even count the mean of the middle two.
fn median(counts: &BTreeMap<u16, u64>) -> Option<f64> {
    let total: u64 = counts.values().sum();
    let at = |place: u64| {
        let mut seen = 0;
        counts.iter().find(|(_, count)| {
            seen += **count;
            place < seen
        })
    };
    let (low, _) = at(total.checked_sub(1)? / 2)?;
    let (high, _) = at(total / 2)?;
    Some((f64::from(*low) + f64::from(*high)) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        let of = |days: &[u16]| {
            let mut counts = BTreeMap::new();
            days.iter().for_each(|day| *counts.entry(*day).or_default() += 1);
            median(&counts)
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[3]), Some(3.0));
        assert_eq!(of(&[1, 8]), Some(4.5));
        assert_eq!(of(&[9, 2, 2]), Some(2.0));
        assert_eq!(of(&[9, 2, 3, 2]), Some(2.5));
        assert_eq!(of(&[0, 0, 0, 250, 250, 250]), Some(125.0));
    }

    fn block(unit: u128, month: &str, channel: Channel) -> Block {
        let month = Month::parse(month).unwrap();
        Block { unit_id: Uuid::from_u128(unit), producer_id: Uuid::nil(), month, channel }
    }

    #[test]
    fn small_channels_hide_and_take_the_next_one_along() {
        let tally = |cases, told| Tally { cases, told, ..Tally::default() };
        let of = |channel| block(1, "2026-11", channel);
        let blocks = BTreeMap::from([
            (of(Channel::Card), tally(3, 1)),
            (of(Channel::Oral), tally(6, 3)),
            (of(Channel::Web), tally(20, 10)),
        ]);
        let (all, parts) = figures(&blocks);
        assert_eq!((all.cases, all.told_share), (Some(29), Some(14.0 / 29.0)));
        assert_eq!(parts[&Channel::Web].told_share, Some(0.5));
        assert_eq!((parts[&Channel::Card].cases, parts[&Channel::Oral].cases), (Some(3), Some(6)));
        for small in [Channel::Card, Channel::Oral] {
            assert_eq!(parts[&small].told_share, None, "{small}");
        }
        assert_eq!(parts[&Channel::Card].overdue, Some([0; 3]));
        let few = BTreeMap::from([(of(Channel::Web), tally(4, 4))]);
        let (all, parts) = figures(&few);
        assert_eq!((all.told_share, all.cases, parts[&Channel::Web].told_share), (None, Some(4), None));
        let (all, parts) = figures_of_blocks(&closed(few));
        assert_eq!((all, parts), (Figures::default(), BTreeMap::new()));
    }

    #[test]
    fn a_kind_of_decision_of_a_few_hides_the_decisions_of_its_block() {
        let tally = |made, thanks| Tally {
            decisions: BTreeMap::from([(DecisionKind::ChangeMade, made), (DecisionKind::Thanks, thanks)]),
            ..Tally::default()
        };
        let blocks = BTreeMap::from([
            (block(1, "2026-10", Channel::Web), tally(5, 6)),
            (block(1, "2026-11", Channel::Web), tally(9, 1)),
        ]);
        let (all, _) = figures_of_blocks(&closed(blocks));
        assert_eq!(all.decisions, Some(tally(5, 6).decisions));
        assert_eq!(all.change_share, Some(5.0 / 11.0));
    }

    #[test]
    fn a_few_verdicts_of_one_kind_hide_both() {
        let tally = |helped, did_not_help| Tally { helped, did_not_help, ..Tally::default() };
        let block = block(1, "2026-11", Channel::Web);
        for (helped, did_not_help, shown) in [(5, 0, true), (5, 1, false), (4, 9, false), (5, 5, true), (0, 6, true)] {
            let (all, _) = figures_of_blocks(&closed(BTreeMap::from([(block, tally(helped, did_not_help))])));
            assert_eq!(all.verdicts, shown.then_some((helped, did_not_help)));
        }
    }

    /// What happens to a block in a month: feedback is given, givers say whether the answer helped, some is taken back.
    fn happens(tally: &mut Tally, [given, helped, not, taken_back]: [u64; 4]) {
        tally.cases += given;
        let of = |wanted: u64, tally: &Tally| wanted.min(tally.cases - tally.helped - tally.did_not_help);
        tally.helped += of(helped, tally);
        tally.did_not_help += of(not, tally);
        let gone = taken_back.min(tally.cases);
        tally.cases -= gone;
        tally.helped = tally.helped.min(tally.cases);
        tally.did_not_help = tally.did_not_help.min(tally.cases - tally.helped);
    }

    const MONTHS: [&str; 3] = ["2026-09", "2026-10", "2026-11"];

    proptest! {
        /// Whoever reads the figures of any two sets of blocks, each at any time, learns by subtraction of enough givers or of
        /// nobody. Each month is closed at a time of its own, and goes on changing afterwards.
        #[test]
        fn no_difference_of_figures_is_about_a_few(
            happened in prop::collection::vec(
                (0..5_usize, 0..3_u128, 0..3_usize, 0..2_usize, prop::array::uniform4(0..9_u64)), 0..60,
            ),
            chosen in prop::collection::vec(prop::collection::vec(any::<bool>(), 18), 2),
        ) {
            let mut now = BTreeMap::<Block, Tally>::new();
            let mut made = BTreeMap::<Block, Tally>::new();
            let mut readings = Vec::new();
            for time in 0..5 {
                for (at, unit, month, channel, what) in &happened {
                    // Nothing comes to a month before it has begun.
                    if *at == time && *month <= time {
                        let block = block(*unit, MONTHS[*month], [Channel::Web, Channel::Card][*channel]);
                        happens(now.entry(block).or_default(), *what);
                    }
                }
                if let Some(month) = time.checked_sub(2) {
                    let month = Month::parse(MONTHS[month]).unwrap();
                    let of_month = now.iter().filter(|(block, _)| block.month == month);
                    made.extend(closed(of_month.map(|(block, tally)| (*block, tally.clone())).collect()));
                }
                let every = (0..3).flat_map(|unit| MONTHS.into_iter().flat_map(move |month| {
                    [Channel::Web, Channel::Card].into_iter().map(move |channel| block(unit, month, channel))
                }));
                let every: Vec<Block> = every.collect();
                // The second set holds the first one, as a longer period holds a shorter one and a producer its units.
                for set in 0..2 {
                    let holds = |index: usize| chosen[0][index] || (set == 1 && chosen[1][index]);
                    let wanted = every.iter().enumerate().filter(|(index, _)| holds(*index));
                    let blocks = wanted.filter_map(|(_, block)| Some((*block, made.get(block)?.clone()))).collect();
                    let (all, _) = figures_of_blocks(&blocks);
                    let (helped, did_not_help) = all.verdicts.unwrap_or_default();
                    readings.push((set, time, [all.cases.unwrap_or(0), helped, did_not_help]));
                }
            }
            for (set, time, part) in &readings {
                for (larger, later, whole) in &readings {
                    if set <= larger && time <= later {
                        for (part, whole) in part.iter().zip(whole) {
                            let rest = whole.checked_sub(*part);
                            prop_assert!(rest.is_some_and(|rest| rest == 0 || may_show(rest)), "{whole:?} - {part}");
                        }
                    }
                }
            }
        }
    }
}
