//! Interest in working together, and changes of boards.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::kinds::{BoardEntryKind, BoardOutcome, BoardRole};
use uuid::Uuid;

use crate::access::Viewer;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect, expect_all};
use crate::graphql::scalar::Date;
use crate::graphql::types::board::{Board, Interest};
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::board::{self, Closing, Milestone, NewEntry, Revision};
use crate::service::interest::{self, Answer, NewInterest};
use crate::service::retry::Retry;

/// That one body would like to work with another.
#[derive(Debug, Clone, InputObject)]
pub(super) struct ExpressInterestInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// The global id of the body that is interested.
    from: ID,
    /// The global id of the body that it is interested in.
    to: ID,
    /// The global id of the other's project that it is about, where it is about one.
    project: Option<ID>,
    /// What is said to the other, at most 1,000 characters.
    message: String,
}

/// What the other side says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum InterestAnswer {
    /// It would like to: a board is opened.
    Accept,
    /// It would not.
    Decline,
}

/// An answer to an expression of interest.
#[derive(Debug, Clone, InputObject)]
pub(super) struct AnswerInterestInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the expression of interest.
    id: ID,
    /// What is said.
    answer: InterestAnswer,
    /// Some words to it, at most 1,000 characters.
    note: Option<String>,
}

/// An expression of interest to take back.
#[derive(Debug, Clone, InputObject)]
pub(super) struct WithdrawInterestInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the expression of interest.
    id: ID,
}

/// A body on a board.
#[derive(Debug, Clone, InputObject)]
pub(super) struct BoardMemberInput {
    /// The body's global id.
    organisation: ID,
    /// What it does there.
    role: BoardRole,
}

/// What a board means to reach by a day.
#[derive(Debug, Clone, InputObject)]
pub(super) struct BoardMilestoneInput {
    /// What is to be reached, at most 500 characters.
    title: String,
    /// By when.
    due_on: Date,
    /// The global id of the member that answers for it.
    owner: ID,
    /// When it was reached.
    done_on: Option<Date>,
}

/// A change of a board. What is not given stays; a list is given whole.
#[derive(Debug, Clone, InputObject)]
pub(super) struct UpdateBoardInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The board's global id.
    id: ID,
    /// The version that the change is based on; when the board has changed since, nothing is done.
    version: i32,
    /// The title, at most 500 characters.
    title: Option<String>,
    /// What it is for, at most 20,000 characters.
    purpose: Option<String>,
    /// Who is on it, a chair among them; at most 100. Only the chair changes it.
    members: Option<Vec<BoardMemberInput>>,
    /// The global ids of the projects that it is about, at most 100.
    projects: Option<Vec<ID>>,
    /// What it means to reach, at most 100.
    milestones: Option<Vec<BoardMilestoneInput>>,
}

/// Something to write on a board.
#[derive(Debug, Clone, InputObject)]
pub(super) struct PostToBoardInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// The board's global id.
    id: ID,
    /// The global id of the member for which it is written.
    organisation: ID,
    /// What it is.
    kind: BoardEntryKind,
    /// What it says, at most 20,000 characters.
    text: String,
    /// The web address of a file or page; links need one.
    url: Option<String>,
}

/// A board to close.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CloseBoardInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The board's global id.
    id: ID,
    /// The version that was read; when the board has changed since, nothing is done.
    version: i32,
    /// What came of it.
    outcome: BoardOutcome,
    /// Why, or what exactly; at most 1,000 characters.
    note: String,
    /// The global id of the project that came of it.
    project: Option<ID>,
    /// The global id of the bid that came of it.
    bid: Option<ID>,
}

macro_rules! payload {
    ($(#[$doc:meta])* $name:ident, $(#[$field_doc:meta])* $field:ident: $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, SimpleObject)]
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            $(#[$field_doc])*
            $field: Option<$type>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }

        impl $name {
            async fn of(
                ctx: &Context<'_>,
                client_mutation_id: Option<String>,
                done: ApiResult<Uuid>,
            ) -> ApiResult<Self> {
                let ($field, errors) = match mistakes(done)? {
                    Ok(id) => ($type::visible(ctx, id).await?, Vec::new()),
                    Err(errors) => (None, errors),
                };
                Ok(Self { client_mutation_id, $field, errors })
            }
        }
    };
}

payload!(
    /// The result of expressing interest.
    ExpressInterestPayload,
    /// The interest; null when there were mistakes.
    interest: Interest
);
payload!(
    /// The result of answering an expression of interest.
    AnswerInterestPayload,
    /// The interest as it is now, with the board that it opened; null when there were mistakes.
    interest: Interest
);
payload!(
    /// The result of taking an expression of interest back.
    WithdrawInterestPayload,
    /// The interest as it is now; null when there were mistakes.
    interest: Interest
);
payload!(
    /// The result of changing a board.
    UpdateBoardPayload,
    /// The board as it is now; null when there were mistakes.
    board: Board
);
payload!(
    /// The result of writing on a board.
    PostToBoardPayload,
    /// The board as it is now; null when there were mistakes.
    board: Board
);
payload!(
    /// The result of closing a board.
    CloseBoardPayload,
    /// The board as it is now; null when there were mistakes.
    board: Board
);

/// Interest and boards.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BoardMutation;

/// Interest and boards.
#[Object]
impl BoardMutation {
    /// Says that one body would like to work with another; the other has 30 days to answer. For editors of the first.
    async fn express_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is interested in whom, and why.")] input: ExpressInterestInput,
    ) -> Result<ExpressInterestPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = express(app, &viewer::of(ctx), input).await;
        ExpressInterestPayload::of(ctx, client_mutation_id, done).await
    }

    /// Accepts or declines interest. Accepting opens a board of both, with a plan over three months. Of two answers at once the
    /// first counts. For editors of the body that was asked.
    async fn answer_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what is said.")] input: AnswerInterestInput,
    ) -> Result<AnswerInterestPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = answer(app, &viewer::of(ctx), input).await;
        AnswerInterestPayload::of(ctx, client_mutation_id, done).await
    }

    /// Takes interest back that was not answered. For editors of the body that expressed it.
    async fn withdraw_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: WithdrawInterestInput,
    ) -> Result<WithdrawInterestPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = withdraw(app, &viewer::of(ctx), &input).await;
        WithdrawInterestPayload::of(ctx, client_mutation_id, done).await
    }

    /// Changes a board: its words, members, projects and milestones. For editors of its members; who is on it is the chair's to say.
    async fn update_board(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateBoardInput,
    ) -> Result<UpdateBoardPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = update(app, &viewer::of(ctx), input).await;
        UpdateBoardPayload::of(ctx, client_mutation_id, done).await
    }

    /// Writes a decision, an update or a link on a board. For editors of its members.
    async fn post_to_board(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: PostToBoardInput,
    ) -> Result<PostToBoardPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = post(app, &viewer::of(ctx), input).await;
        PostToBoardPayload::of(ctx, client_mutation_id, done).await
    }

    /// Closes a board and records what came of it. For editors of its chair.
    async fn close_board(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which board, and what came of it.")] input: CloseBoardInput,
    ) -> Result<CloseBoardPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = close(app, &viewer::of(ctx), input).await;
        CloseBoardPayload::of(ctx, client_mutation_id, done).await
    }
}

async fn express(app: &App, viewer: &Viewer, input: ExpressInterestInput) -> ApiResult<Uuid> {
    let asked = ExpressInterestInput {
        client_mutation_id: None,
        ..input.clone()
    };
    let retry = Retry::read(viewer, input.idempotency_key, &asked)?;
    let told = NewInterest {
        from: expect(Kind::Organisation, &input.from, &["from"])?,
        to: expect(Kind::Organisation, &input.to, &["to"])?,
        project: input
            .project
            .map(|id| expect(Kind::Project, &id, &["project"]))
            .transpose()?,
        message: input.message,
    };
    interest::express(app, viewer, told, retry).await
}

async fn answer(app: &App, viewer: &Viewer, input: AnswerInterestInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Interest, &input.id, &["id"])?;
    let answer = match input.answer {
        InterestAnswer::Accept => Answer::Accept,
        InterestAnswer::Decline => Answer::Decline,
    };
    interest::answer(app, viewer, id, answer, input.note).await?;
    Ok(id)
}

async fn withdraw(app: &App, viewer: &Viewer, input: &WithdrawInterestInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Interest, &input.id, &["id"])?;
    interest::withdraw(app, viewer, id).await?;
    Ok(id)
}

async fn update(app: &App, viewer: &Viewer, input: UpdateBoardInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Board, &input.id, &["id"])?;
    let member = |(place, told): (usize, BoardMemberInput)| {
        let path = ["members", &place.to_string(), "organisation"];
        Ok((expect(Kind::Organisation, &told.organisation, &path)?, told.role))
    };
    let milestone = |(place, told): (usize, BoardMilestoneInput)| {
        Ok(Milestone {
            title: told.title,
            due_on: told.due_on.0,
            owner: expect(
                Kind::Organisation,
                &told.owner,
                &["milestones", &place.to_string(), "owner"],
            )?,
            done_on: told.done_on.map(|day| day.0),
        })
    };
    let members = input
        .members
        .map(|list| list.into_iter().enumerate().map(member).collect::<ApiResult<_>>());
    let milestones = input.milestones.map(|list| {
        list.into_iter()
            .enumerate()
            .map(milestone)
            .collect::<ApiResult<_>>()
    });
    let revision = Revision {
        version: input.version,
        title: input.title,
        purpose: input.purpose,
        members: members.transpose()?,
        projects: input
            .projects
            .map(|ids| expect_all(Kind::Project, &ids, "projects"))
            .transpose()?,
        milestones: milestones.transpose()?,
    };
    board::revise(app, viewer, id, revision).await?;
    Ok(id)
}

async fn post(app: &App, viewer: &Viewer, input: PostToBoardInput) -> ApiResult<Uuid> {
    let asked = PostToBoardInput {
        client_mutation_id: None,
        ..input.clone()
    };
    let retry = Retry::read(viewer, input.idempotency_key, &asked)?;
    let id = expect(Kind::Board, &input.id, &["id"])?;
    let told = NewEntry {
        organisation: expect(Kind::Organisation, &input.organisation, &["organisation"])?,
        kind: input.kind,
        text: input.text,
        url: input.url,
    };
    board::post(app, viewer, id, told, retry).await?;
    Ok(id)
}

async fn close(app: &App, viewer: &Viewer, input: CloseBoardInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Board, &input.id, &["id"])?;
    let told = Closing {
        outcome: input.outcome,
        note: input.note,
        project: input
            .project
            .map(|id| expect(Kind::Project, &id, &["project"]))
            .transpose()?,
        bid: input.bid.map(|id| expect(Kind::Bid, &id, &["bid"])).transpose()?,
    };
    board::close(app, viewer, id, input.version, told).await?;
    Ok(id)
}
