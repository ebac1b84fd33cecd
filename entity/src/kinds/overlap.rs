//! Findings and their review.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

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
        /// A reviewer says, apart from whoever decides, what they would decide. It moves nothing.
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
        /// A record became part of another, or two again, and the finding followed. Tandem does it itself.
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
