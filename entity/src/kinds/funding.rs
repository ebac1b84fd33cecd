//! Calls, bids, interest and boards.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

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
