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
    Suppliers,
    Evaluators,
    Themes,
    Technologies,
    Programme,
    Outcome,
    Outcomes,
    Adopters,
    Places,
    Sectors,
    Goals,
    Start,
    End,
    Budget,
    Award,
    AwardedOn,
    Awards,
    Currency,
    Sources,
    Links,
    Relations,
    Note,
    /// Identifiers of organisations beside their names; only the readers of standards fill it.
    Identifiers,
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
            Self::Suppliers => "suppliers",
            Self::Evaluators => "evaluators",
            Self::Themes => "themes",
            Self::Technologies => "technologies",
            Self::Programme => "programme",
            Self::Outcome => "outcome",
            Self::Outcomes => "findings",
            Self::Adopters => "adopters",
            Self::Places => "places",
            Self::Sectors => "cofog",
            Self::Goals => "goals",
            Self::Start => "startDate",
            Self::End => "endDate",
            Self::Budget => "budget",
            Self::Award => "award",
            Self::AwardedOn => "awardedOn",
            Self::Awards => "awards",
            Self::Currency => "currency",
            Self::Sources => "sources",
            Self::Links => "links",
            Self::Relations => "relations",
            Self::Note => "note",
            Self::Identifiers => "identifiers",
        }
    }

    /// Whether several columns add to each other rather than compete.
    pub(super) fn gathers(self) -> bool {
        matches!(
            self,
            Self::Partners
                | Self::Funders
                | Self::Suppliers
                | Self::Evaluators
                | Self::Places
                | Self::Themes
                | Self::Technologies
                | Self::Sources
                | Self::Links
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

pub(super) const NAMES: [Names; 30] = [
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
        field: Field::Suppliers,
        ours: "suppliers",
        synonyms: "supplier vendor vendors",
    },
    Names {
        field: Field::Evaluators,
        ours: "evaluators",
        synonyms: "evaluator",
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
        field: Field::Outcomes,
        ours: "findings",
        synonyms: "",
    },
    Names {
        field: Field::Adopters,
        ours: "adopters",
        synonyms: "adoptedby",
    },
    Names {
        field: Field::Places,
        ours: "places",
        synonyms: "beneficiaryplaces",
    },
    Names {
        field: Field::Sectors,
        ours: "cofog",
        synonyms: "cofogcode cofogcodes",
    },
    Names {
        field: Field::Goals,
        ours: "goals",
        synonyms: "sdg sdgs",
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
        field: Field::Awards,
        ours: "awards",
        synonyms: "",
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
    Names {
        field: Field::Relations,
        ours: "relations",
        synonyms: "",
    },
    Names {
        field: Field::Note,
        ours: "note",
        synonyms: "",
    },
];
