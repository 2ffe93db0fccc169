//! Scores as a badge and as a bar. A number always stands beside the colour.

use leptos::prelude::*;

/// How a score reads at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// From 0.7.
    Good,
    /// From 0.4.
    Fair,
    /// Below.
    Poor,
}

/// From where a score is fair, and from where it is good.
const FAIR_FROM: f64 = 0.4;
const GOOD_FROM: f64 = 0.7;

impl Grade {
    /// The grade of a score in [0, 1].
    #[must_use]
    pub fn of(score: f64) -> Self {
        if score >= GOOD_FROM {
            Self::Good
        } else if score >= FAIR_FROM {
            Self::Fair
        } else {
            Self::Poor
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Good => "grade-good",
            Self::Fair => "grade-fair",
            Self::Poor => "grade-poor",
        }
    }
}

/// A score as people read it: `0.72`.
#[must_use]
pub fn score_text(score: f64) -> String {
    format!("{score:.2}")
}

/// How large a badge is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadgeSize {
    /// In lists.
    #[default]
    Small,
    /// At the head of a page.
    Large,
}

/// The net score as an assayer's mark whose outline fills with the score; a dashed outline as long as there is none.
#[component]
pub fn ScoreBadge(
    /// The score in [0, 1], once there is one.
    score: Option<f64>,
    /// How large it is.
    #[prop(optional)]
    size: BadgeSize,
) -> impl IntoView {
    const OUTLINE: &str = "M24 2h9.1L46 14.9v18.2L33.1 46H14.9L2 33.1V14.9L14.9 2z";
    const OUTLINE_LENGTH: f64 = 145.8;
    let class = format!(
        "score-badge {} {}",
        match size {
            BadgeSize::Small => "score-badge-small",
            BadgeSize::Large => "score-badge-large",
        },
        score.map_or("grade-none", |score| Grade::of(score).class())
    );
    let (label, text) = match score {
        Some(score) => (format!("Net score {} of 1", score_text(score)), score_text(score)),
        None => ("No net score yet".to_owned(), "–".to_owned()),
    };
    view! {
        <span class=class role="img" aria-label=label>
            <svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">
                <path class="score-badge-track" d=OUTLINE></path>
                {score.map(|score| {
                    let filled = format!("{:.1} {OUTLINE_LENGTH}", score * OUTLINE_LENGTH);
                    view! { <path class="score-badge-fill" d=OUTLINE stroke-dasharray=filled></path> }
                })}
            </svg>
            <span class="score-badge-value" aria-hidden="true">{text}</span>
        </span>
    }
}

/// A score as a bar.
#[component]
pub fn ScoreMeter(
    /// The score in [0, 1].
    score: f64,
    /// What is scored, for the label.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <meter
            class=format!("score-meter {}", Grade::of(score).class())
            min="0"
            max="1"
            value=format!("{score:.4}")
            aria-label=label
        >
            {score_text(score)}
        </meter>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_begin_where_they_say() {
        for (score, grade) in [
            (0.0, Grade::Poor),
            (0.399, Grade::Poor),
            (0.4, Grade::Fair),
            (0.699, Grade::Fair),
            (0.7, Grade::Good),
            (1.0, Grade::Good),
        ] {
            assert_eq!(Grade::of(score), grade, "{score}");
        }
        assert_eq!([0.0, 0.718, 1.0].map(score_text), ["0.00", "0.72", "1.00"]);
    }
}
