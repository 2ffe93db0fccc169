//! All words that packages are found by: what the beginning of one may mean.
//!
//! Both engines find words by their beginnings, but collect everything that begins so before they answer the first package. With the
//! few words that mostly begin so, the question names these instead, and is answered from the newest package on.

use std::collections::BTreeSet;

use crate::{
    Result,
    catalog::{Conn, execute, scalars, words::Question},
};

/// When more words begin so, the engines collect them by themselves.
const MOST: i64 = 100;
/// Then a beginning of so few bytes stands for itself alone: much of a catalog has a word that begins so, and is not what is looked for.
const SHORT: usize = 2;

/// Notes words.
pub(super) async fn note(conn: &mut Conn, words: &BTreeSet<&str>) -> Result<()> {
    let sql = match conn {
        Conn::Sqlite(_) => "INSERT INTO vocabulary (word) SELECT value FROM json_each($1) WHERE TRUE ON CONFLICT DO NOTHING",
        Conn::Postgres(_) => {
            "INSERT INTO vocabulary (word) SELECT json_array_elements_text(CAST($1 AS json)) ON CONFLICT DO NOTHING"
        }
    };
    execute!(conn, sql, serde_json::json!(words).to_string())?;
    Ok(())
}

/// Names the words that stand for a beginning, where these are few.
pub(super) async fn complete(conn: &mut Conn, question: &mut Question) -> Result<()> {
    let Some(beginning) = question.beginning() else { return Ok(()) };
    let from = beginning.word().to_owned();
    // behind everything that begins so: nothing is written with the last character that there is
    let to = format!("{from}\u{10ffff}");
    let words: Vec<String> = scalars!(
        conn,
        "SELECT word FROM vocabulary WHERE word >= $1 AND word < $2 ORDER BY word LIMIT $3",
        from.as_str(),
        to,
        MOST + 1
    )?;
    if i64::try_from(words.len()).is_ok_and(|found| found <= MOST) {
        beginning.stands_for(words);
    } else if from.len() <= SHORT {
        beginning.stands_for(Vec::new());
    }
    Ok(())
}
