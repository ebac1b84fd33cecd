//! What a file's fields are called: by us, and by the tables of others.

/// A field of a project in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    Id,
    Title,
    Summary,
    Kind,
    Phase,
    Lead,
    Partners,
    Funders,
    Themes,
    Technologies,
    Programme,
    Outcome,
    Start,
    End,
    Budget,
    Award,
    AwardedOn,
    Currency,
    Sources,
    Links,
}

impl Field {
    /// The name as the documentation writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Kind => "kind",
            Self::Phase => "phase",
            Self::Lead => "authority",
            Self::Partners => "partners",
            Self::Funders => "funders",
            Self::Themes => "themes",
            Self::Technologies => "technologies",
            Self::Programme => "programme",
            Self::Outcome => "outcome",
            Self::Start => "startDate",
            Self::End => "endDate",
            Self::Budget => "budget",
            Self::Award => "award",
            Self::AwardedOn => "awardedOn",
            Self::Currency => "currency",
            Self::Sources => "sources",
            Self::Links => "links",
        }
    }

    /// Whether several columns add to each other rather than compete.
    pub(super) fn gathers(self) -> bool {
        matches!(
            self,
            Self::Partners | Self::Funders | Self::Themes | Self::Technologies | Self::Sources | Self::Links
        )
    }
}

/// A field, the names by which the documentation calls it, and the names that other tables give it, best
/// first, parted by spaces. All in lower case without spaces or signs: `startDate`, `start_date` and
/// "Start date" are one.
pub(super) struct Names {
    pub(super) field: Field,
    ours: &'static str,
    synonyms: &'static str,
}

/// Ranks below this are our own names.
const OUR_RANKS: usize = 10;

impl Names {
    /// How well a name fits the field: the lower, the better; `None` if it does not.
    pub(super) fn rank(&self, plain: &str) -> Option<usize> {
        let place = |names: &str| names.split_ascii_whitespace().position(|name| name == plain);
        place(self.ours).or_else(|| Some(place(self.synonyms)? + OUR_RANKS))
    }

    /// Whether a rank is that of one of our own names.
    pub(super) fn is_ours(rank: usize) -> bool {
        rank < OUR_RANKS
    }
}

pub(super) const NAMES: [Names; 20] = [
    Names {
        field: Field::Id,
        ours: "id",
        synonyms: "identifier projectid recordid ref reference projectreference projectref uid uuid key",
    },
    Names {
        field: Field::Title,
        ours: "title",
        synonyms: "name projecttitle projectname project initiative initiativename casename",
    },
    Names {
        field: Field::Summary,
        ours: "summary",
        synonyms: "description projectsummary projectdescription abstract synopsis overview \
            summaryparaphrased shortdescription details about text publicdescription whatitdoes",
    },
    Names {
        field: Field::Kind,
        ours: "kind",
        synonyms: "projectkind projecttype typeofproject",
    },
    Names {
        field: Field::Phase,
        ours: "phase",
        synonyms: "projectphase stage projectstage maturity status projectstatus",
    },
    Names {
        field: Field::Lead,
        ours: "authority lead",
        synonyms: "leadauthority leadorganisation leadorganization leadorganisationname leadorganizationname \
            leadpartner leadcouncil leadparticipant council localauthority organisation organization \
            organisationname organizationname recipient recipientname recipientorganisation \
            recipientorgname grantee owner",
    },
    Names {
        field: Field::Partners,
        ours: "partners",
        synonyms: "partner partnerauthorities partnerorganisations partnerorganizations participants \
            collaborators consortium otherpartners",
    },
    Names {
        field: Field::Funders,
        ours: "funders",
        synonyms: "funder fundername fundedby fundingorganisation fundingorganization fundingorgname sponsor \
            sponsors",
    },
    Names {
        field: Field::Themes,
        ours: "themes",
        synonyms: "theme tags tag topics topic keywords subjects policyareas policyarea categories category \
            primarysector secondarysector sector sectors",
    },
    Names {
        field: Field::Technologies,
        ours: "technologies",
        synonyms: "technology tech technologytype",
    },
    Names {
        field: Field::Programme,
        ours: "programme",
        synonyms: "program fund fundname scheme competition call grantprogramme fundingprogramme",
    },
    Names {
        field: Field::Outcome,
        ours: "outcome",
        synonyms: "outcomes result results impact",
    },
    Names {
        field: Field::Start,
        ours: "startdate startyear",
        synonyms: "start started startson begins begin from datestarted dateofstart planneddatesstart year",
    },
    Names {
        field: Field::End,
        ours: "enddate endyear",
        synonyms: "end ended endson ends finish finishdate completiondate to dateended closed",
    },
    Names {
        field: Field::Budget,
        ours: "budget",
        synonyms: "amount cost totalcost projectcost totalbudget value projectvalue",
    },
    Names {
        field: Field::Award,
        ours: "award",
        synonyms: "amountawarded awardamount awardvalue grant grantamount grantvalue funding fundingamount \
            fundingawarded",
    },
    Names {
        field: Field::AwardedOn,
        ours: "awardedon",
        synonyms: "awarddate dateawarded dateofaward grantdate",
    },
    Names {
        field: Field::Currency,
        ours: "currency",
        synonyms: "currencycode",
    },
    Names {
        field: Field::Sources,
        ours: "sources",
        synonyms: "sourceurl sourceurls url urls sourcelink",
    },
    Names {
        field: Field::Links,
        ours: "links",
        synonyms: "link website web webpage homepage projecturl projectwebsite webaddress",
    },
];
