//! Findings and their review.

use async_graphql::Enum;
use entity::kinds;

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
