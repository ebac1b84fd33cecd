//! The weight table of partner suggestions: every number that shapes the ranking.

/// What each factor counts. The defaults add up to 1; see [`Weights::normalised`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Their efforts overlap with ours.
    pub efforts: f64,
    /// They are a stage ahead, or have evidence that it worked.
    pub ahead: f64,
    /// They are like us.
    pub likeness: f64,
    /// They are near us.
    pub geography: f64,
    /// We worked together before.
    pub together: f64,
    /// They have worked with others.
    pub experience: f64,
    /// They confirmed lately.
    pub freshness: f64,
}

impl Default for Weights {
    /// Overlap and stage first, as an authority asks for them: the consortia of `tests/partners.rs` can say
    /// little about those two. The four in the middle are the best of the seven tables tried there, and
    /// within a tenth of what choosing on the other leads gives those left out; likeness predicts few
    /// real partners, and is kept small but shown.
    fn default() -> Self {
        Self {
            efforts: 0.30,
            ahead: 0.10,
            likeness: 0.05,
            geography: 0.15,
            together: 0.25,
            experience: 0.10,
            freshness: 0.05,
        }
    }
}

impl Weights {
    /// The same proportions adding up to 1; weights below 0 or that are no numbers count as 0.
    /// With nothing left the default.
    #[must_use]
    pub fn normalised(self) -> Self {
        let sane = |w: f64| if w.is_finite() && w > 0.0 { w.min(1e6) } else { 0.0 };
        let parts = [
            self.efforts,
            self.ahead,
            self.likeness,
            self.geography,
            self.together,
            self.experience,
            self.freshness,
        ]
        .map(sane);
        let sum: f64 = parts.iter().sum();
        if sum <= 0.0 {
            return Self::default();
        }
        let [
            efforts,
            ahead,
            likeness,
            geography,
            together,
            experience,
            freshness,
        ] = parts.map(|w| w / sum);
        Self {
            efforts,
            ahead,
            likeness,
            geography,
            together,
            experience,
            freshness,
        }
    }
}

/// Efforts that overlap less than this are not shown as shared, though they count a little.
pub const SHOWN_FROM: f64 = 0.3;

/// What the same themes and technologies count where no overlap was found: at most this, as
/// the same theme is not the same effort.
pub const SAME_THEMES: f64 = 0.4;

/// Each further overlapping effort closes this part of what is left to 1.
pub const FURTHER_EFFORT: f64 = 0.3;

/// Live, but without evidence that it worked, is worth this part of proven.
pub const UNPROVEN: f64 = 0.7;

/// Each shared project leaves this part of the doubt whether we can work together.
pub const DOUBT_AFTER_PROJECT: f64 = 0.5;

/// Each project shared with anybody leaves this part of the doubt whether they partner at all.
pub const DOUBT_AFTER_PARTNERSHIP: f64 = 0.7;

/// Nearness falls to 1/e over the distance to the neighbour of this rank.
pub const NEIGHBOURS: usize = 10;

/// The same distance where there are too few neighbours to tell: about the width of two counties.
pub const NEARNESS_KM: f64 = 60.0;

/// The least nearness of two in one county or one combined authority, who meet anyway.
pub const SAME_COUNTY: f64 = 0.8;

/// The least nearness of two in one region.
pub const SAME_REGION: f64 = 0.35;

/// A confirmation loses half its worth in so many days.
pub const FRESH_HALF_LIFE_DAYS: f64 = 365.0;

/// After so many days without a confirmation an entry counts as stale.
pub const STALE_DAYS: i32 = 548;

/// The part of `efforts` and `ahead` taken away when all of it is stale.
pub const STALE_TAKES: f64 = 0.25;

/// The part of `likeness` taken away when the two run different services.
pub const OTHER_TIER_TAKES: f64 = 0.5;

/// Of the one who asks and of those on board together, this is the asker's part of `likeness`,
/// `geography` and `together`.
pub const ASKER_PART: f64 = 0.5;

/// No more than so many of one county in any ten in a row.
pub const MOST_OF_ONE_COUNTY: usize = 4;
