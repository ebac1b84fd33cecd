//! Long work of requests, in threads of its own: as many at once as there are processors, and the rest waits for its turn.
//!
//! More at once would be done no sooner, and each thread takes memory for good: a document that asks for a hundred checks
//! had a hundred threads.

use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

use crate::error::{ApiError, ApiResult};

static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(processors))
});

/// Does something that takes long when it is its turn. Whoever no longer waits gives up the place in the queue; what was
/// begun keeps its turn to the end.
///
/// # Errors
/// When the work panics, or the server is going down.
pub async fn long<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    let turn = Arc::clone(&TURNS).acquire_owned().await;
    let turn = turn.map_err(ApiError::internal)?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    });
    done.await.map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn no_more_is_done_at_once_than_there_are_processors() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = || {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            long(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(2));
                now.fetch_sub(1, Ordering::SeqCst);
            })
        };
        for done in join_all((0..50).map(|_| work())).await {
            done.unwrap();
        }
        let processors = available_parallelism().map_or(1, usize::from);
        assert!((1..=processors).contains(&most.load(Ordering::SeqCst)));
    }

    #[tokio::test]
    async fn a_panic_gives_its_turn_back() {
        for _ in 0..100 {
            assert!(long(|| panic!("on purpose")).await.is_err());
        }
        assert_eq!(long(|| 1).await.unwrap(), 1);
    }
}
