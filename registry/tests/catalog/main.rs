//! The catalog on both engines: the same services, the same answers.
//!
//! `cargo test` runs what SQLite needs; PostgreSQL's half is ignored without a cluster, and runs with
//! `scripts/with-postgres.sh cargo test -p registry -- --include-ignored`.

/// Runs stories on each engine, as two tests of one name.
#[cfg(test)]
macro_rules! on_both_engines {
    ($($story:ident),+ $(,)?) => {
        $(mod $story {
            use crate::engine::Engine;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$story(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
            async fn on_postgres() {
                super::$story(Engine::Postgres).await;
            }
        })+
    };
}

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod components;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
#[path = "../importing/mod.rs"]
mod importing;
#[cfg(test)]
mod library;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod lineage;
#[cfg(test)]
mod purging;
#[cfg(test)]
mod recent;
#[cfg(test)]
mod refs;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod search;
#[cfg(test)]
mod slow_searches;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod upgrading;
#[cfg(test)]
mod versions;
#[cfg(test)]
#[path = "../waiting/mod.rs"]
mod waiting;
