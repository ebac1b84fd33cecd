//! Authorities and other bodies.

use chrono::NaiveDate;
use entity::kinds::OrganisationKind;
use serde::Deserialize;

use super::project::OrganisationKey;
use super::words;

/// A code that a register gave to a body.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub struct Identifier {
    /// A scheme of org-id.guide (`GB-LAE`, `GB-LAS`, `GB-PLA`, `GB-LANI`), or one of `ecode`, `snac`
    /// (codes of the Office for National Statistics until 2011) and `gov-uk-slug`.
    pub scheme: String,
    /// The code within it.
    pub id: String,
}

/// What sort of authority it is, which tells what it may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    /// The upper of two tiers in England: social care, schools, highways.
    County,
    /// The lower of two tiers in England: housing, planning, waste collection.
    District,
    /// Both tiers in one, in England outside the metropolitan counties.
    Unitary,
    /// Both tiers in one, in a metropolitan county of England.
    MetropolitanDistrict,
    /// Both tiers in one, in London.
    LondonBorough,
    /// The City of London.
    CityCorporation,
    /// A council of Scotland: both tiers in one.
    ScottishCouncil,
    /// A council of Wales: both tiers in one.
    WelshCouncil,
    /// A district of Northern Ireland; social care and housing lie elsewhere.
    NiDistrict,
    /// Several authorities joined for transport, skills and the economy.
    CombinedAuthority,
    /// The Greater London Authority.
    StrategicAuthority,
    /// A city or town of the United States.
    UsCity,
}

impl Tier {
    /// Every tier.
    pub const ALL: &'static [Self] = &[
        Self::County,
        Self::District,
        Self::Unitary,
        Self::MetropolitanDistrict,
        Self::LondonBorough,
        Self::CityCorporation,
        Self::ScottishCouncil,
        Self::WelshCouncil,
        Self::NiDistrict,
        Self::CombinedAuthority,
        Self::StrategicAuthority,
        Self::UsCity,
    ];

    /// The word that the API and the database write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::County => "COUNTY",
            Self::District => "DISTRICT",
            Self::Unitary => "UNITARY",
            Self::MetropolitanDistrict => "METROPOLITAN_DISTRICT",
            Self::LondonBorough => "LONDON_BOROUGH",
            Self::CityCorporation => "CITY_CORPORATION",
            Self::ScottishCouncil => "SCOTTISH_COUNCIL",
            Self::WelshCouncil => "WELSH_COUNCIL",
            Self::NiDistrict => "NI_DISTRICT",
            Self::CombinedAuthority => "COMBINED_AUTHORITY",
            Self::StrategicAuthority => "STRATEGIC_AUTHORITY",
            Self::UsCity => "US_CITY",
        }
    }

    /// The words that a person reads.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::County => "County council",
            Self::District => "District council",
            Self::Unitary => "Unitary authority",
            Self::MetropolitanDistrict => "Metropolitan district",
            Self::LondonBorough => "London borough",
            Self::CityCorporation => "City corporation",
            Self::ScottishCouncil => "Scottish council",
            Self::WelshCouncil => "Welsh council",
            Self::NiDistrict => "Northern Ireland district",
            Self::CombinedAuthority => "Combined authority",
            Self::StrategicAuthority => "Strategic authority",
            Self::UsCity => "United States city",
        }
    }
}

/// What is known of an authority. `None` is unknown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthorityFacts {
    /// How other records refer to it: `gb:LDS`, `us:cary-nc`.
    pub key: OrganisationKey,
    /// The three-letter code (four or five letters for combined authorities and ended districts of Northern
    /// Ireland); none for cities of the United States.
    pub code: Option<String>,
    /// The official name.
    pub name: String,
    /// What everybody calls it, such as "Leeds". Before and after a reorganisation two bodies may share it.
    pub short_name: String,
    /// Other names fit to be shown.
    pub aliases: Vec<String>,
    /// Mistyped and lower-case names that only serve to find it.
    pub spellings: Vec<String>,
    /// The current GSS code of its area; none for districts of Northern Ireland that ended in 2015.
    pub gss: Option<String>,
    /// GSS codes that its area had earlier.
    pub former_gss: Vec<String>,
    /// Its codes in registers.
    pub identifiers: Vec<Identifier>,
    /// England, Scotland, Wales, Northern Ireland or United States.
    pub nation: String,
    /// The region of England, the nation elsewhere in the United Kingdom, the state in the United States.
    pub region: Option<String>,
    /// What sort of authority.
    pub tier: Tier,
    /// The code of the county council above a district.
    pub county: Option<String>,
    /// The code of the combined authority (or `GLA`) that it belongs to.
    pub combined_authority: Option<String>,
    /// Residents.
    pub population: Option<u64>,
    /// The year of that figure.
    pub population_year: Option<i32>,
    /// Square kilometres.
    pub area_km2: Option<f64>,
    /// The centre, in degrees north.
    pub latitude: Option<f64>,
    /// The centre, in degrees east.
    pub longitude: Option<f64>,
    /// The first day it existed.
    pub start: Option<NaiveDate>,
    /// The last day it existed; none while it does.
    pub end: Option<NaiveDate>,
    /// Codes of the authorities that took over its area when it ended.
    pub successors: Vec<String>,
    /// Codes of current authorities that share a boundary, as of 2021 and carried over to successors.
    pub border: Vec<String>,
    /// Codes of current authorities that are near without a shared boundary.
    pub near: Vec<String>,
    /// Whose facts these are.
    pub source: String,
}

impl AuthorityFacts {
    /// Whether the authority existed on a day, as far as its dates are known.
    #[must_use]
    pub fn existed_on(&self, day: NaiveDate) -> bool {
        self.start.is_none_or(|start| start <= day) && self.end.is_none_or(|end| day <= end)
    }

    /// Every name it goes by, the official one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.name, &self.short_name]
            .into_iter()
            .chain(&self.aliases)
            .chain(&self.spellings)
            .map(String::as_str)
    }

    /// Every code that names it: the three-letter code, GSS codes of all times, and identifiers as
    /// `GB-LAE-LDS`.
    pub fn codes(&self) -> impl Iterator<Item = String> {
        let own = self.code.iter().chain(&self.gss).chain(&self.former_gss).cloned();
        let registered = self.identifiers.iter().filter(|i| i.scheme.starts_with("GB-"));
        own.chain(registered.map(|i| format!("{}-{}", i.scheme, i.id)))
    }
}

/// A body that is no local authority.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// How projects refer to it: `body:loti`.
    pub key: OrganisationKey,
    /// Its name.
    pub name: String,
    /// What sort of body.
    #[serde(deserialize_with = "words::organisation_kind")]
    pub kind: OrganisationKind,
    /// Earlier names and abbreviations.
    pub aliases: Vec<String>,
}
