//! How far a long task is: a bar on a terminal, a line now and then elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Tells on stderr how far a task is. May be advanced from several threads; says nothing of a
/// task that is done within five seconds where there is no terminal. Takes the bar away when dropped.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    total: u64,
    done: AtomicU64,
    began: Instant,
    /// Milliseconds after `began` when the next line is due; `None` where no lines are written.
    next_line_ms: Option<AtomicU64>,
    bar: ProgressBar,
}

impl Progress {
    /// Begins a task of so many steps; 0 where nobody knows how many.
    #[must_use]
    pub fn new(what: &'static str, total: u64) -> Self {
        if std::io::stderr().is_terminal() {
            Self::of(what, total, None, bar(what, total))
        } else {
            let first = AtomicU64::new(milliseconds(LINE_EVERY));
            Self::of(what, total, Some(first), ProgressBar::hidden())
        }
    }

    /// Tells nobody.
    #[must_use]
    pub fn hidden() -> Self {
        Self::of("", 0, None, ProgressBar::hidden())
    }

    fn of(what: &'static str, total: u64, next_line_ms: Option<AtomicU64>, bar: ProgressBar) -> Self {
        Self {
            what,
            total,
            done: AtomicU64::new(0),
            began: Instant::now(),
            next_line_ms,
            bar,
        }
    }

    /// So many more steps are done.
    pub fn add(&self, steps: u64) {
        self.set(
            self.done
                .fetch_add(steps, Ordering::Relaxed)
                .saturating_add(steps),
        );
    }

    /// So many steps are done altogether.
    pub fn reach(&self, steps: u64) {
        self.done.store(steps, Ordering::Relaxed);
        self.set(steps);
    }

    fn set(&self, done: u64) {
        self.bar.set_position(done);
        let Some(next) = &self.next_line_ms else { return };
        let (now, due) = (milliseconds(self.began.elapsed()), next.load(Ordering::Relaxed));
        let after = now.saturating_add(milliseconds(LINE_EVERY));
        // Of several threads only the one that moves the due time writes.
        if now >= due
            && next
                .compare_exchange(due, after, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            // A lost line of progress is no reason to stop.
            drop(writeln!(
                std::io::stderr(),
                "{}",
                line(self.what, done, self.total, now / 1000)
            ));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl matching::Progress for Progress {
    fn advance(&self, records: usize) {
        self.add(u64::try_from(records).unwrap_or(0));
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn bar(what: &'static str, total: u64) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(10);
    let (bar, template) = if total > 0 {
        (
            ProgressBar::with_draw_target(Some(total), target),
            "{msg} [{bar:32}] {percent:>3} % {elapsed}, {eta} left",
        )
    } else {
        (
            ProgressBar::with_draw_target(None, target),
            "{msg} {spinner} {pos} {elapsed}",
        )
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style.progress_chars("=> ")).with_message(what)
}

fn line(what: &str, done: u64, total: u64, seconds: u64) -> String {
    match done.saturating_mul(100).checked_div(total) {
        Some(percent) => format!("{what}: {done} of {total} ({percent} %), {seconds} s"),
        None => format!("{what}: {done}, {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_the_share_where_the_whole_is_known() {
        assert_eq!(line("comparing", 50, 200, 7), "comparing: 50 of 200 (25 %), 7 s");
        assert_eq!(line("reading", 50, 0, 7), "reading: 50, 7 s");
        assert_eq!(
            line("reading", u64::MAX, 1, 0),
            format!("reading: {} of 1 ({} %), 0 s", u64::MAX, u64::MAX)
        );
    }

    #[test]
    fn steps_from_several_threads_add_up() {
        let progress = Progress::hidden();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| matching::Progress::advance(&progress, 1)));
            }
        });
        assert_eq!(progress.done.load(Ordering::Relaxed), 4000);
    }
}
