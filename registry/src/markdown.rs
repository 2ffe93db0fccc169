//! Markdown of cards to HTML that is safe to show: rendered, then sanitised as a whole.
//!
//! Scripts, styles, forms, frames and event handlers go. Links and pictures of the package itself lead to its files; pictures
//! from elsewhere become links, so that opening a page tells no third party.

use std::borrow::Cow;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// How deep what a card nests is shown. The HTML parser looks through all open elements at every tag: without a limit, a
/// megabyte of `>` takes an hour.
const MAX_DEPTH: usize = 64;
/// How many HTML tags a card may open by itself before they are shown as text, for the same reason: they need not be closed.
const MAX_TAGS: usize = 5000;

/// Renders a card. `file_url` gives the address of a file of the same revision by its path.
pub(crate) fn to_html(markdown: &str, file_url: impl Fn(&str) -> String + Send + Sync + 'static) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let mut remote_images = 0_u32;
    let tags: usize = Parser::new_ext(markdown, options)
        .map(|event| match event {
            Event::Html(html) | Event::InlineHtml(html) => opened_tags(&html),
            _ => 0,
        })
        .sum();
    let mut depth = 0_usize;
    let events = Parser::new_ext(markdown, options).filter(move |event| match event {
        Event::Start(_) => {
            depth += 1;
            depth <= MAX_DEPTH
        }
        Event::End(_) => {
            depth = depth.saturating_sub(1);
            depth < MAX_DEPTH
        }
        _ => true,
    });
    let events = events.map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) if tags > MAX_TAGS => Event::Text(html),
        // the page has its own title: the card's headings go one level below
        Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
            Event::Start(Tag::Heading { level: below(level), id: None, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        Event::Start(Tag::Image { link_type, dest_url, title, id }) if is_remote(&dest_url) => {
            remote_images += 1;
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::End(TagEnd::Image) if remote_images > 0 => {
            remote_images -= 1;
            Event::End(TagEnd::Link)
        }
        Event::TaskListMarker(done) => Event::Text(CowStr::Borrowed(if done { "☑ " } else { "☐ " })),
        other => other,
    });
    let mut rendered = String::new();
    html::push_html(&mut rendered, events);
    sanitise(&rendered, file_url)
}

fn sanitise(html: &str, file_url: impl Fn(&str) -> String + Send + Sync + 'static) -> String {
    let relative = move |url: &str| -> Option<String> {
        if url.starts_with('#') {
            return Some(url.to_owned());
        }
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let path = percent_decoded(path.trim_start_matches("./"));
        path.parse::<domain::FilePath>().ok().map(|path| file_url(path.as_str()))
    };
    Builder::default()
        .url_schemes(["https", "http", "mailto"].into())
        .link_rel(Some("noopener noreferrer nofollow"))
        // both scroll sideways where there is no room: the keyboard must reach them
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("table", "tabindex", "0")
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("img", "src") if is_remote(value) => None,
            ("img", "src") | ("a", "href") if !is_remote(value) && !value.starts_with("mailto:") => {
                relative(value).map(Cow::Owned)
            }
            _ => Some(Cow::Borrowed(value)),
        })
        .url_relative(UrlRelative::PassThrough)
        .clean(html)
        .to_string()
}

fn opened_tags(html: &str) -> usize {
    html.as_bytes().windows(2).filter(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic()).count()
}

const fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

/// Anything with a scheme or an authority of its own: it leads elsewhere.
fn is_remote(url: &str) -> bool {
    let url = url.trim_start();
    url.starts_with("//") || url.starts_with("\\") || url.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'))
}

fn percent_decoded(path: &str) -> String {
    url::form_urlencoded::parse(format!("p={}", path.replace('+', "%2B").replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn render(markdown: &str) -> String {
        to_html(markdown, |path| format!("/files/{path}"))
    }

    #[test]
    fn what_people_write_is_shown() {
        let html = render(
            "# Title\n\nSome *text*, `code` and a [file](./docs/a%20b.md).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n![plot](img/plot.png)\n",
        );
        for part in [
            "<h2>Title</h2>",
            "<em>text</em>",
            "<code>code</code>",
            "href=\"/files/docs/a b.md\"",
            "<td>1</td>",
            "☑ done",
            "src=\"/files/img/plot.png\"",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn hostile_cards_are_defused() {
        for (markdown, forbidden) in [
            ("<script>alert(1)</script>", "script"),
            ("<img src=x onerror=alert(1)>", "onerror"),
            ("[x](javascript:alert(1))", "javascript"),
            ("[x](JaVaScRiPt&colon;alert(1))", "script:"),
            ("[x](data:text/html;base64,PHNjcmlwdD4=)", "data:"),
            ("<a href=\" javascript:alert(1)\">x</a>", "javascript"),
            ("<iframe src=https://evil.example></iframe>", "iframe"),
            ("<form action=/rpc/sign_out><button>x</button></form>", "form"),
            ("<style>body{display:none}</style>", "display"),
            ("<p style=\"position:fixed\" class=\"banner\" id=\"main\">x</p>", "fixed"),
            ("<p id=\"main\">x</p>", "id="),
            ("![tracker](https://evil.example/p.png)", "<img"),
            ("<img src=\"https://evil.example/p.png\" alt=t>", "evil"),
            ("<img src=\"//evil.example/p.png\">", "evil"),
            ("<img src=\"\\\\evil.example/p.png\">", "evil"),
            ("<base href=https://evil.example>", "base"),
            ("<meta http-equiv=refresh content=0>", "meta"),
            ("<svg><script>alert(1)</script></svg>", "script"),
            ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "onerror"),
            ("[x](../../../rpc/sign_out)", "rpc"),
            ("<input autofocus onfocus=alert(1)>", "input"),
        ] {
            let html = render(markdown).to_lowercase();
            assert!(!html.contains(forbidden), "{markdown} became {html}");
        }
    }

    #[test]
    fn what_nests_without_end_is_cut_and_its_text_stays() {
        for hostile in
            [">".repeat(1 << 20), "<div>".repeat(100_000), "- ".repeat(100_000), "*".repeat(200_000), "[".repeat(100_000)]
        {
            let html = render(&format!("before\n\n{hostile} inside\n\nafter"));
            assert!(html.contains("before") && html.contains("inside"), "{}", &html[..200]);
            assert!(html.matches("<blockquote").count() <= MAX_DEPTH && html.matches("<div").count() <= MAX_TAGS);
        }
    }

    proptest! {
        #[test]
        fn nothing_active_survives(text in "[<>/=\"'a-z \\[\\]()!:#`*\n&;-]{0,120}") {
            let html = render(&text).to_lowercase();
            prop_assert!(!html.contains("<script") && !html.contains("<style") && !html.contains("<iframe") && !html.contains("javascript:"));
        }
    }
}
