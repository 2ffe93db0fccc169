//! What to do when there is nothing to show.

use leptos::prelude::*;

use super::copy_button::CopyButton;

/// A place that is empty, with words about what would fill it.
#[component]
pub fn Empty(
    /// What is missing, as a heading.
    #[prop(into)]
    title: String,
    /// What to do about it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="empty">
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// A command line to copy.
#[component]
pub fn Command(
    /// The command.
    #[prop(into)]
    line: String,
) -> impl IntoView {
    view! {
        <div class="command-line">
            <pre class="command" tabindex="0" role="region" aria-label="Command"><code>{line.clone()}</code></pre>
            <CopyButton text=line what="the command"/>
        </div>
    }
}

/// How the first package comes in.
#[component]
pub fn FirstPackage() -> impl IntoView {
    view! {
        <Empty title="No packages yet">
            <p>
                "Drop a model folder or a .zip on the upload page. Its files are hashed in your browser, sent in parts that survive a "
                "lost connection, and scored as soon as they have arrived."
            </p>
            <a class="button button-primary" href="/upload">"Upload the first package"</a>
            <p>"Or bring a folder in from the command line of the machine that runs the registry:"</p>
            <Command line="model-registry import FOLDER --name ns/name --version 1.0.0"/>
        </Empty>
    }
}
