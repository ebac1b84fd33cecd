//! The closed word lists of the domain, as the API shows them.

use async_graphql::Enum;
use entity::kinds;

use crate::service::freshness;

macro_rules! word_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl From<kinds::$name> for $name {
            fn from(word: kinds::$name) -> Self {
                match word { $(kinds::$name::$variant => Self::$variant,)+ }
            }
        }

        impl From<$name> for kinds::$name {
            fn from(word: $name) -> Self {
                match word { $($name::$variant => Self::$variant,)+ }
            }
        }
    };
}

word_list! {
    /// What sort of body an organisation is.
    OrganisationKind {
        /// A council, combined authority or city.
        LocalAuthority,
        /// A body whose business is to fund.
        Funder,
        /// A ministry or national agency.
        CentralGovernment,
        /// A university or research institute.
        University,
        /// A company.
        Company,
        /// A health body.
        Health,
        /// A charity, community or membership body.
        ThirdSector,
        /// Local authorities that act as one partner; the rules of funding calls take it for a `LOCAL_AUTHORITY`.
        Group,
        /// A body known by name only.
        Unknown,
    }
}

word_list! {
    /// What an authority has said to a group.
    GroupMemberState {
        /// Asked, and has not answered.
        Invited,
        /// Takes part.
        Accepted,
        /// Takes no part any more, or never did.
        Left,
    }
}

word_list! {
    /// How far along a bid is.
    BidState {
        /// Being put together.
        Draft,
        /// Handed in.
        Submitted,
        /// Taken back by its lead.
        Withdrawn,
        /// Funded.
        Won,
        /// Not funded.
        Lost,
    }
}

word_list! {
    /// What a member of a bid has said to it.
    BidMemberState {
        /// Asked, and has not answered to the present terms.
        Invited,
        /// Agrees to the present terms.
        Accepted,
        /// Takes no part any more.
        Left,
    }
}

word_list! {
    /// What was done to a bid.
    BidChange {
        /// Drafted.
        Created,
        /// Words, members or money were changed.
        Changed,
        /// A member agreed.
        Accepted,
        /// A member left.
        Left,
        /// Handed in.
        Submitted,
        /// Taken back.
        Withdrawn,
        /// The funder decided.
        Decided,
    }
}

word_list! {
    /// What became of an expression of interest.
    InterestState {
        /// Waits for an answer.
        Pending,
        /// Accepted; a board was opened.
        Accepted,
        /// Declined.
        Declined,
        /// Taken back by whoever expressed it.
        Withdrawn,
        /// Nobody answered in time.
        Expired,
    }
}

word_list! {
    /// Whether a board is at work.
    BoardState {
        /// At work.
        Open,
        /// Closed, with what came of it.
        Closed,
    }
}

word_list! {
    /// What came of a board.
    BoardOutcome {
        /// A project of all.
        JointProject,
        /// A bid.
        Bid,
        /// One uses what the other has.
        Reuse,
        /// Nothing.
        Nothing,
    }
}

word_list! {
    /// What a member does on a board.
    BoardRole {
        /// Calls the others together, and may close the board.
        Chair,
        /// Takes part.
        Member,
        /// Reads along.
        Observer,
    }
}

word_list! {
    /// What an entry of a board is.
    BoardEntryKind {
        /// Something that was decided.
        Decision,
        /// How things stand.
        Update,
        /// A file, by its web address.
        Link,
    }
}

word_list! {
    /// Whether something that a project tried worked.
    OutcomeFinding {
        /// It worked.
        Worked,
        /// It worked in part, or for some.
        Mixed,
        /// It did not work.
        DidNotWork,
        /// It cannot be told yet.
        NotYetKnown,
    }
}

word_list! {
    /// Whether others can use what a project made or found.
    Reusability {
        /// As it is.
        AsIs,
        /// With changes for each place.
        WithChanges,
        /// Not elsewhere.
        No,
    }
}

word_list! {
    /// What was done to the identity of organisations.
    OrganisationChangeKind {
        /// Two records were found to be one body.
        Merged,
        /// One record was found to be two bodies.
        Split,
    }
}

word_list! {
    /// What sort of effort a project is.
    ProjectKind {
        /// A programme that speeds others up.
        Accelerator,
        /// A showing in real use.
        Demonstrator,
        /// A try whose end is open.
        Experiment,
        /// The introduction of something known to work.
        Rollout,
    }
}

word_list! {
    /// How far along a project is.
    Phase {
        /// An idea.
        Concept,
        /// Finding out what is needed.
        Discovery,
        /// Trying out answers.
        Alpha,
        /// In use by some.
        Beta,
        /// In use by all.
        Live,
        /// The service has ended.
        Retired,
    }
}

word_list! {
    /// Where a project's record stands in the catalogue.
    ProjectStatus {
        /// In the catalogue.
        Active,
        /// Taken out; a tombstone is left.
        Retired,
    }
}

word_list! {
    /// What was done to a project.
    ProjectChange {
        /// Recorded for the first time.
        Created,
        /// Facts were changed.
        Changed,
        /// Said to be still true.
        Confirmed,
        /// Taken out; a tombstone is left.
        Retired,
    }
}

word_list! {
    /// What a participant does in a project.
    ParticipantRole {
        /// Answers for it.
        Lead,
        /// Takes part.
        Partner,
        /// Pays.
        Funder,
        /// Sells to it.
        Supplier,
        /// Judges it.
        Evaluator,
    }
}

word_list! {
    /// How exactly a date is known.
    DatePrecision {
        /// The day is known.
        Day,
        /// The month is known.
        Month,
        /// The year is known.
        Year,
    }
}

word_list! {
    /// What one project is declared to be to another.
    DeclaredRelation {
        /// Its next stage.
        Continues,
        /// The same done elsewhere.
        Replicates,
        /// The same at a larger scale.
        ScalesUp,
        /// A part of it.
        PartOf,
    }
}

word_list! {
    /// What two overlapping projects seem to be to each other.
    OverlapRelation {
        /// One project recorded twice.
        SameProject,
        /// The next stage of the same effort by the same people.
        LaterPhase,
        /// The same thing done elsewhere.
        SameSolution,
        /// A separate effort after the same end.
        SimilarEffort,
    }
}

word_list! {
    /// How far people have come with a finding.
    OverlapState {
        /// Found by the engine, seen by nobody.
        Flagged,
        /// A reviewer is at it.
        UnderReview,
        /// A real overlap.
        Confirmed,
        /// None, with a reason.
        Dismissed,
        /// Related, and explained.
        Related,
        /// Waits for facts.
        NeedsInfo,
        /// Done with.
        Closed,
    }
}

word_list! {
    /// What is done with a finding.
    ReviewMove {
        /// A reviewer begins to look at it.
        Start,
        /// A reviewer takes it over.
        Assign,
        /// A reviewer notes something for other reviewers.
        Note,
        /// A reviewer wants to be reminded.
        Remind,
        /// A reviewer says, apart from whoever decides, what they would decide. It moves nothing.
        Judge,
        /// A reviewer asks for facts.
        AskForInfo,
        /// A reviewer goes on once the facts are there.
        Resume,
        /// A reviewer gives the authorities concerned more time to reply.
        Extend,
        /// An authority concerned says what it has to say.
        Reply,
        /// It is a real overlap.
        Confirm,
        /// It is none.
        Dismiss,
        /// The two are related, and that is explained.
        Relate,
        /// A reviewer agrees with what a declared relation explains.
        Nod,
        /// What was decided, or explained, is looked at again.
        Reopen,
        /// What is to follow is chosen.
        ChooseFollowUp,
        /// It is done with.
        Close,
        /// Somebody concerned appeals against a decision.
        Appeal,
        /// Another reviewer lets the decision stand.
        Uphold,
        /// Another reviewer decides otherwise.
        Overturn,
        /// A relation that an authority declared explains it.
        Explain,
        /// A record materially changed since it was decided.
        FlagAnew,
        /// A record became part of another, or two again, and the finding followed. Tandem does it itself.
        Carry,
    }
}

word_list! {
    /// As what somebody stands to a finding.
    ReviewSeat {
        /// It does not concern them.
        Outsider,
        /// They belong to an authority concerned, and do not speak for it.
        Member,
        /// They speak for an authority concerned.
        Authority,
        /// They act for who pays for one of the two.
        Funder,
        /// They decide on findings, and belong to nobody concerned.
        Reviewer,
        /// They may do everything.
        Administrator,
        /// Tandem itself.
        System,
    }
}

word_list! {
    /// Why a finding was decided so.
    ReviewReason {
        /// The same activities for the same people.
        SameActivities,
        /// The same cost is paid for twice.
        SameCostTwice,
        /// One project was recorded twice.
        SameRecordTwice,
        /// The activities differ.
        DifferentActivities,
        /// The same is done for other people.
        DifferentBeneficiaries,
        /// Only the words are alike.
        SameWordsOnly,
        /// A record is wrong.
        WrongData,
        /// One is the next phase of the other, or renews it.
        SuccessivePhase,
        /// Both are parts of one consortium's work.
        OneConsortium,
        /// One does again elsewhere, as agreed, what the other did.
        AgreedReplication,
        /// Those concerned know of each other and share the work.
        Coordinated,
        /// An authority declared how the two are related.
        DeclaredRelation,
        /// Facts are missing.
        FactsMissing,
        /// New facts came to light.
        NewFacts,
        /// The first decision was right.
        DecisionRight,
        /// Something else, which the explanation says.
        Other,
    }
}

word_list! {
    /// What is to follow from a finding.
    FollowUp {
        /// The two records become one.
        Merge,
        /// One becomes a phase of the other.
        Phase,
        /// Those concerned bid together.
        JointBid,
        /// One uses what the other made.
        Reuse,
        /// Nothing.
        None,
    }
}

word_list! {
    /// How two authorities lie to each other.
    NeighbourKind {
        /// They share a boundary.
        Border,
        /// They are near, without a shared boundary.
        Near,
    }
}

word_list! {
    /// How far an import has come.
    ImportState {
        /// What it would do is known; nothing was done.
        Previewed,
        /// It is being written, batch by batch. It goes on by itself after a restart of the server.
        Committing,
        /// It is written.
        Committed,
        /// It is being taken back, batch by batch.
        Undoing,
        /// It was taken back.
        Undone,
        /// It could not be written to its end; what was written stays until it is undone.
        Failed,
    }
}

word_list! {
    /// What becomes of a row of an import.
    ImportOutcome {
        /// A project is new.
        Created,
        /// A project changes.
        Changed,
        /// The catalogue has it already, as it is.
        Unchanged,
        /// The project is left as it is, because somebody changed it or took it out since it was imported.
        Kept,
        /// The row is left out for its mistakes.
        Refused,
    }
}

word_list! {
    /// What the undoing of an import did to what a row had done.
    ImportUndo {
        /// The project that it had created was taken out, and left a tombstone.
        Retired,
        /// The project that it had changed says again what it said before, as a new version.
        Restored,
        /// The project was left as it is, because somebody changed it since.
        Left,
    }
}

word_list! {
    /// How far an authority's response to a survey has come.
    SurveyResponseState {
        /// Nothing was answered yet.
        Invited,
        /// Something was answered, and nothing submitted.
        Draft,
        /// Submitted, and not looked at by a reviewer.
        Submitted,
        /// A reviewer took it; it is changed no more, unless it is returned.
        Approved,
        /// A reviewer gave it back with remarks.
        Returned,
        /// The authority does not want to answer.
        Refused,
        /// The survey is not meant for it.
        Ineligible,
    }
}

word_list! {
    /// What a reviewer decided on a submitted response.
    SurveyDecision {
        /// It is taken as it is.
        Approved,
        /// It goes back with remarks.
        Returned,
    }
}

/// How far a record can be relied on to be up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Staleness {
    /// Somebody confirmed it within a year.
    Fresh,
    /// Somebody confirmed it within two years: it is due.
    Ageing,
    /// Nobody has confirmed it for two years. It stays in the catalogue and ranks lower.
    Stale,
}

impl From<freshness::Staleness> for Staleness {
    fn from(staleness: freshness::Staleness) -> Self {
        match staleness {
            freshness::Staleness::Fresh => Self::Fresh,
            freshness::Staleness::Ageing => Self::Ageing,
            freshness::Staleness::Stale => Self::Stale,
        }
    }
}

impl From<Staleness> for freshness::Staleness {
    fn from(staleness: Staleness) -> Self {
        match staleness {
            Staleness::Fresh => Self::Fresh,
            Staleness::Ageing => Self::Ageing,
            Staleness::Stale => Self::Stale,
        }
    }
}

word_list! {
    /// Who an account belongs to.
    AccountKind {
        /// A person, whom an issuer of tokens vouches for.
        Person,
        /// A program.
        App,
    }
}

word_list! {
    /// What an account may act as. Everybody may read what is public.
    Role {
        /// A program that reads for others.
        App,
        /// Sees what concerns their own organisation.
        Member,
        /// Changes what belongs to their own organisation, and speaks for it.
        Editor,
        /// Sees what concerns the money of their own organisation.
        Funder,
        /// Decides on findings.
        Reviewer,
        /// May do everything.
        Administrator,
    }
}

word_list! {
    /// What may be done with a key.
    KeyScope {
        /// Reading only.
        Read,
        /// Reading, and changing what its account may change.
        Write,
    }
}

word_list! {
    /// What an entry of the audit log tells of.
    AuditKind {
        /// Something was changed.
        Change,
        /// Somebody was shown what is not public.
        Read,
    }
}

word_list! {
    /// By which way somebody acted.
    AuditTransport {
        /// A request over HTTP.
        Http,
        /// An operation over a WebSocket.
        Websocket,
        /// The web form of a survey, by its link.
        Form,
        /// A command on the server's machine.
        CommandLine,
        /// The server's own work.
        Server,
    }
}
