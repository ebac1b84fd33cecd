//! The closed word lists of the domain, stored as their API names.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! word_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
        pub enum $name {
            $($(#[$vdoc])* #[sea_orm(string_value = $text)] #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every word of the list, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as the API and the database write it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The word that is written so; case, spaces and hyphens do not matter.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let wanted: String = text.trim().chars().map(|c| match c {
                    ' ' | '-' => '_',
                    c => c.to_ascii_uppercase(),
                }).collect();
                Self::ALL.iter().copied().find(|word| word.as_str() == wanted)
            }
        }
    };
}

word_list! {
    /// What sort of body an organisation is.
    OrganisationKind {
        /// A council, combined authority or city.
        LocalAuthority = "LOCAL_AUTHORITY",
        /// A body whose business is to fund.
        Funder = "FUNDER",
        /// A ministry or national agency.
        CentralGovernment = "CENTRAL_GOVERNMENT",
        /// A university or research institute.
        University = "UNIVERSITY",
        /// A company.
        Company = "COMPANY",
        /// A health body.
        Health = "HEALTH",
        /// A charity, community or membership body.
        ThirdSector = "THIRD_SECTOR",
        /// Local authorities that act as one partner.
        Group = "GROUP",
        /// A body known by name only.
        Unknown = "UNKNOWN",
    }
}

word_list! {
    /// What an authority has said to a group.
    GroupMemberState {
        /// Asked, and has not answered.
        Invited = "INVITED",
        /// Takes part.
        Accepted = "ACCEPTED",
        /// Takes no part any more, or never did.
        Left = "LEFT",
    }
}

word_list! {
    /// What was done to the identity of organisations.
    OrganisationChangeKind {
        /// Two records were found to be one body.
        Merged = "MERGED",
        /// One record was found to be two bodies.
        Split = "SPLIT",
    }
}

word_list! {
    /// What sort of effort a project is.
    ProjectKind {
        /// A programme that speeds others up.
        Accelerator = "ACCELERATOR",
        /// A showing in real use.
        Demonstrator = "DEMONSTRATOR",
        /// A try whose end is open.
        Experiment = "EXPERIMENT",
        /// The introduction of something known to work.
        Rollout = "ROLLOUT",
    }
}

word_list! {
    /// How far along a project is.
    Phase {
        /// An idea.
        Concept = "CONCEPT",
        /// Finding out what is needed.
        Discovery = "DISCOVERY",
        /// Trying out answers.
        Alpha = "ALPHA",
        /// In use by some.
        Beta = "BETA",
        /// In use by all.
        Live = "LIVE",
        /// The service has ended.
        Retired = "RETIRED",
    }
}

word_list! {
    /// Where a project's record stands in the catalogue.
    ProjectStatus {
        /// In the catalogue.
        Active = "ACTIVE",
        /// Taken out; a tombstone is left.
        Retired = "RETIRED",
    }
}

word_list! {
    /// What was done to a project.
    ProjectChange {
        /// Recorded for the first time.
        Created = "CREATED",
        /// Facts were changed.
        Changed = "CHANGED",
        /// Said to be still true.
        Confirmed = "CONFIRMED",
        /// Taken out; a tombstone is left.
        Retired = "RETIRED",
    }
}

word_list! {
    /// What a participant does in a project.
    ParticipantRole {
        /// Answers for it.
        Lead = "LEAD",
        /// Takes part.
        Partner = "PARTNER",
        /// Pays.
        Funder = "FUNDER",
        /// Sells to it.
        Supplier = "SUPPLIER",
        /// Judges it.
        Evaluator = "EVALUATOR",
    }
}

word_list! {
    /// How exactly a date is known.
    DatePrecision {
        /// The day is known.
        Day = "DAY",
        /// The month is known.
        Month = "MONTH",
        /// The year is known.
        Year = "YEAR",
    }
}

word_list! {
    /// What one project is declared to be to another.
    DeclaredRelation {
        /// Its next stage.
        Continues = "CONTINUES",
        /// The same done elsewhere.
        Replicates = "REPLICATES",
        /// The same at a larger scale.
        ScalesUp = "SCALES_UP",
        /// A part of it.
        PartOf = "PART_OF",
    }
}

word_list! {
    /// What two overlapping projects seem to be to each other.
    OverlapRelation {
        /// One project recorded twice.
        SameProject = "SAME_PROJECT",
        /// The next stage of the same effort by the same people.
        LaterPhase = "LATER_PHASE",
        /// The same thing done elsewhere.
        SameSolution = "SAME_SOLUTION",
        /// A separate effort after the same end.
        SimilarEffort = "SIMILAR_EFFORT",
    }
}

word_list! {
    /// How far people have come with a finding.
    OverlapState {
        /// Found by the engine, seen by nobody.
        Flagged = "FLAGGED",
        /// A reviewer is at it.
        UnderReview = "UNDER_REVIEW",
        /// A real overlap.
        Confirmed = "CONFIRMED",
        /// None, with a reason.
        Dismissed = "DISMISSED",
        /// Related, and explained.
        Related = "RELATED",
        /// Waits for facts.
        NeedsInfo = "NEEDS_INFO",
        /// Done with.
        Closed = "CLOSED",
    }
}

word_list! {
    /// What is done with a finding.
    ReviewMove {
        /// A reviewer begins to look at it.
        Start = "START",
        /// A reviewer takes it over.
        Assign = "ASSIGN",
        /// A reviewer notes something for other reviewers.
        Note = "NOTE",
        /// A reviewer wants to be reminded.
        Remind = "REMIND",
        /// A reviewer says, apart from whoever decides, what they would decide.
        Judge = "JUDGE",
        /// A reviewer asks for facts.
        AskForInfo = "ASK_FOR_INFO",
        /// A reviewer goes on once the facts are there.
        Resume = "RESUME",
        /// A reviewer gives the authorities concerned more time to reply.
        Extend = "EXTEND",
        /// An authority concerned says what it has to say.
        Reply = "REPLY",
        /// It is a real overlap.
        Confirm = "CONFIRM",
        /// It is none.
        Dismiss = "DISMISS",
        /// The two are related, and that is explained.
        Relate = "RELATE",
        /// A reviewer agrees with what a declared relation explains.
        Nod = "NOD",
        /// What was decided, or explained, is looked at again.
        Reopen = "REOPEN",
        /// What is to follow is chosen.
        ChooseFollowUp = "CHOOSE_FOLLOW_UP",
        /// It is done with.
        Close = "CLOSE",
        /// Somebody concerned appeals against a decision.
        Appeal = "APPEAL",
        /// Another reviewer lets the decision stand.
        Uphold = "UPHOLD",
        /// Another reviewer decides otherwise.
        Overturn = "OVERTURN",
        /// A relation that an authority declared explains it.
        Explain = "EXPLAIN",
        /// A record materially changed since it was decided.
        FlagAnew = "FLAG_ANEW",
        /// A record became part of another, or two again, and the finding followed.
        Carry = "CARRY",
    }
}

word_list! {
    /// As what somebody stands to a finding.
    ReviewSeat {
        /// It does not concern them.
        Outsider = "OUTSIDER",
        /// They belong to an authority concerned, and do not speak for it.
        Member = "MEMBER",
        /// They speak for an authority concerned.
        Authority = "AUTHORITY",
        /// They act for who pays for one of the two.
        Funder = "FUNDER",
        /// They decide on findings, and belong to nobody concerned.
        Reviewer = "REVIEWER",
        /// They may do everything.
        Administrator = "ADMINISTRATOR",
        /// Tandem itself.
        System = "SYSTEM",
    }
}

word_list! {
    /// Why a finding was decided so.
    ReviewReason {
        /// The same activities for the same people.
        SameActivities = "SAME_ACTIVITIES",
        /// The same cost is paid for twice.
        SameCostTwice = "SAME_COST_TWICE",
        /// One project was recorded twice.
        SameRecordTwice = "SAME_RECORD_TWICE",
        /// The activities differ.
        DifferentActivities = "DIFFERENT_ACTIVITIES",
        /// The same is done for other people.
        DifferentBeneficiaries = "DIFFERENT_BENEFICIARIES",
        /// Only the words are alike.
        SameWordsOnly = "SAME_WORDS_ONLY",
        /// A record is wrong.
        WrongData = "WRONG_DATA",
        /// One is the next phase of the other, or renews it.
        SuccessivePhase = "SUCCESSIVE_PHASE",
        /// Both are parts of one consortium's work.
        OneConsortium = "ONE_CONSORTIUM",
        /// One does again elsewhere, as agreed, what the other did.
        AgreedReplication = "AGREED_REPLICATION",
        /// Those concerned know of each other and share the work.
        Coordinated = "COORDINATED",
        /// An authority declared how the two are related.
        DeclaredRelation = "DECLARED_RELATION",
        /// Facts are missing.
        FactsMissing = "FACTS_MISSING",
        /// New facts came to light.
        NewFacts = "NEW_FACTS",
        /// The first decision was right.
        DecisionRight = "DECISION_RIGHT",
        /// Something else, which the explanation says.
        Other = "OTHER",
    }
}

word_list! {
    /// What is to follow from a finding.
    FollowUp {
        /// The two records become one.
        Merge = "MERGE",
        /// One becomes a phase of the other.
        Phase = "PHASE",
        /// Those concerned bid together.
        JointBid = "JOINT_BID",
        /// One uses what the other made.
        Reuse = "REUSE",
        /// Nothing.
        None = "NONE",
    }
}

word_list! {
    /// Which list a project's word belongs to.
    TagKind {
        /// What it is about.
        Theme = "THEME",
        /// What it is made with.
        Technology = "TECHNOLOGY",
        /// The function of government that it serves: a code of COFOG.
        Sector = "SECTOR",
        /// A Sustainable Development Goal of the United Nations: its number.
        Goal = "GOAL",
    }
}

word_list! {
    /// Whether something that a project tried worked.
    OutcomeFinding {
        /// It worked.
        Worked = "WORKED",
        /// It worked in part, or for some.
        Mixed = "MIXED",
        /// It did not work.
        DidNotWork = "DID_NOT_WORK",
        /// It cannot be told yet.
        NotYetKnown = "NOT_YET_KNOWN",
    }
}

word_list! {
    /// Whether others can use what a project made or found.
    Reusability {
        /// As it is.
        AsIs = "AS_IS",
        /// With changes for each place.
        WithChanges = "WITH_CHANGES",
        /// Not elsewhere.
        No = "NO",
    }
}

word_list! {
    /// How two authorities lie to each other.
    NeighbourKind {
        /// They share a boundary.
        Border = "BORDER",
        /// They are near, without a shared boundary.
        Near = "NEAR",
    }
}

word_list! {
    /// How far an import has come.
    ImportState {
        /// What it would do is known; nothing was done.
        Previewed = "PREVIEWED",
        /// It is being written, batch by batch.
        Committing = "COMMITTING",
        /// It is written.
        Committed = "COMMITTED",
        /// It is being taken back, batch by batch.
        Undoing = "UNDOING",
        /// It was taken back.
        Undone = "UNDONE",
        /// It could not be written to its end; what was written stays until it is undone.
        Failed = "FAILED",
    }
}

word_list! {
    /// What becomes of a row of an import.
    ImportOutcome {
        /// A project is new.
        Created = "CREATED",
        /// A project changes.
        Changed = "CHANGED",
        /// The catalogue has it already, as it is.
        Unchanged = "UNCHANGED",
        /// The project is left as it is, because somebody changed it or took it out since it was imported.
        Kept = "KEPT",
        /// The row is left out for its mistakes.
        Refused = "REFUSED",
    }
}

word_list! {
    /// What the undoing of an import did to what a row had done.
    ImportUndo {
        /// The project that it had created was taken out.
        Retired = "RETIRED",
        /// The project that it had changed says again what it said before.
        Restored = "RESTORED",
        /// The project was left as it is, because somebody changed it since.
        Left = "LEFT",
    }
}

word_list! {
    /// Who an account belongs to.
    AccountKind {
        /// A person, whom an issuer of tokens vouches for.
        Person = "PERSON",
        /// A program.
        App = "APP",
    }
}

word_list! {
    /// What an account may act as. Everybody may read what is public.
    Role {
        /// A program that reads for others.
        App = "APP",
        /// Sees what concerns their own organisation.
        Member = "MEMBER",
        /// Changes what belongs to their own organisation, and speaks for it.
        Editor = "EDITOR",
        /// Sees what concerns the money of their own organisation.
        Funder = "FUNDER",
        /// Decides on findings.
        Reviewer = "REVIEWER",
        /// May do everything.
        Administrator = "ADMINISTRATOR",
    }
}

impl Role {
    /// Whether the role is held for one organisation.
    #[must_use]
    pub fn is_for_an_organisation(self) -> bool {
        matches!(self, Self::Member | Self::Editor | Self::Funder)
    }
}

word_list! {
    /// What may be done with a key.
    KeyScope {
        /// Reading only.
        Read = "READ",
        /// Reading, and changing what its account may change.
        Write = "WRITE",
    }
}

word_list! {
    /// How far an authority's response to a survey has come.
    SurveyResponseState {
        /// Nothing was answered yet.
        Invited = "INVITED",
        /// Something was answered, and nothing submitted.
        Draft = "DRAFT",
        /// Submitted, and not looked at by a reviewer.
        Submitted = "SUBMITTED",
        /// A reviewer took it.
        Approved = "APPROVED",
        /// A reviewer gave it back with remarks.
        Returned = "RETURNED",
        /// The authority does not want to answer.
        Refused = "REFUSED",
        /// The survey is not meant for it.
        Ineligible = "INELIGIBLE",
    }
}

word_list! {
    /// What a reviewer decided on a submitted response.
    SurveyDecision {
        /// It is taken as it is.
        Approved = "APPROVED",
        /// It goes back with remarks.
        Returned = "RETURNED",
    }
}

word_list! {
    /// What a line of a funding call's rules says.
    CallTermKind {
        /// What it is about, in free words.
        Topic = "TOPIC",
        /// A kind of body that may lead.
        LeadKind = "LEAD_KIND",
        /// A kind of body that may take part.
        MemberKind = "MEMBER_KIND",
        /// A nation that all lie in.
        Nation = "NATION",
        /// A phase that is funded.
        Phase = "PHASE",
        /// A theme that is funded.
        Theme = "THEME",
        /// At least so many of one nation.
        NationQuota = "NATION_QUOTA",
        /// What a kind of body must bring itself, in hundredths of a per cent.
        MatchRate = "MATCH_RATE",
    }
}

word_list! {
    /// How far along a bid is.
    BidState {
        /// Being put together.
        Draft = "DRAFT",
        /// Handed in.
        Submitted = "SUBMITTED",
        /// Taken back by its lead.
        Withdrawn = "WITHDRAWN",
        /// Funded.
        Won = "WON",
        /// Not funded.
        Lost = "LOST",
    }
}

word_list! {
    /// What a member of a bid has said to it.
    BidMemberState {
        /// Asked, and has not answered to the present terms.
        Invited = "INVITED",
        /// Agrees to the present terms.
        Accepted = "ACCEPTED",
        /// Takes no part any more.
        Left = "LEFT",
    }
}

word_list! {
    /// What was done to a bid.
    BidChange {
        /// Drafted.
        Created = "CREATED",
        /// Words, members or money were changed.
        Changed = "CHANGED",
        /// A member agreed.
        Accepted = "ACCEPTED",
        /// A member left.
        Left = "LEFT",
        /// Handed in.
        Submitted = "SUBMITTED",
        /// Taken back.
        Withdrawn = "WITHDRAWN",
        /// The funder decided.
        Decided = "DECIDED",
    }
}

word_list! {
    /// What became of an expression of interest.
    InterestState {
        /// Waits for an answer.
        Pending = "PENDING",
        /// Accepted; a board was opened.
        Accepted = "ACCEPTED",
        /// Declined.
        Declined = "DECLINED",
        /// Taken back by whoever expressed it.
        Withdrawn = "WITHDRAWN",
        /// Nobody answered in time.
        Expired = "EXPIRED",
    }
}

word_list! {
    /// Whether a board is at work.
    BoardState {
        /// At work.
        Open = "OPEN",
        /// Closed, with what came of it.
        Closed = "CLOSED",
    }
}

word_list! {
    /// What came of a board.
    BoardOutcome {
        /// A project of all.
        JointProject = "JOINT_PROJECT",
        /// A bid.
        Bid = "BID",
        /// One uses what the other has.
        Reuse = "REUSE",
        /// Nothing.
        Nothing = "NOTHING",
    }
}

word_list! {
    /// What a member does on a board.
    BoardRole {
        /// Calls the others together, and may close the board.
        Chair = "CHAIR",
        /// Takes part.
        Member = "MEMBER",
        /// Reads along.
        Observer = "OBSERVER",
    }
}

word_list! {
    /// What an entry of a board is.
    BoardEntryKind {
        /// Something that was decided.
        Decision = "DECISION",
        /// How things stand.
        Update = "UPDATE",
        /// A file, by its web address.
        Link = "LINK",
    }
}

word_list! {
    /// What an entry of the audit log tells of.
    AuditKind {
        /// Something was changed.
        Change = "CHANGE",
        /// Somebody was shown what is not public.
        Read = "READ",
    }
}

word_list! {
    /// By which way somebody acted.
    AuditTransport {
        /// A request over HTTP.
        Http = "HTTP",
        /// An operation over a WebSocket.
        Websocket = "WEBSOCKET",
        /// The web form of a survey, by its link.
        Form = "FORM",
        /// A command on the server's machine.
        CommandLine = "COMMAND_LINE",
        /// The server's own work.
        Server = "SERVER",
    }
}
