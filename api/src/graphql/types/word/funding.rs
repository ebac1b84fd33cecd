//! Calls, bids, interest and boards.

use async_graphql::Enum;
use entity::kinds;

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
